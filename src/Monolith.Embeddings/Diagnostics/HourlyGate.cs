namespace Monolith.Embeddings.Diagnostics;

/// <summary>Lets the first caller of each hour through, so that what happens a million times is logged once. Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class HourlyGate(TimeProvider time)
{
    private long _lastTimestamp;
    private int _wasEntered;

    /// <summary>Whether the caller is the first within an hour.</summary>
    public bool TryEnter()
    {
        var now = time.GetTimestamp();
        if (Interlocked.CompareExchange(ref _wasEntered, 1, 0) == 0)
        {
            Volatile.Write(ref _lastTimestamp, now);
            return true;
        }
        var last = Volatile.Read(ref _lastTimestamp);
        return time.GetElapsedTime(last, now) >= TimeSpan.FromHours(1)
            && Interlocked.CompareExchange(ref _lastTimestamp, now, last) == last;
    }
}
