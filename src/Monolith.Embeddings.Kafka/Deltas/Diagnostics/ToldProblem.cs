namespace Monolith.Embeddings.Kafka.Deltas.Diagnostics;

/// <summary>What is wrong now, and whether it is to be logged: once for each problem, and then once an hour. Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class ToldProblem(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _toldAt;

    /// <summary>What is wrong; null where nothing is.</summary>
    public string? Text { get; private set; }

    /// <summary>Notes what is wrong.</summary>
    /// <returns>Whether to log it.</returns>
    public bool Is(string problem)
    {
        lock (_lock)
        {
            var isNew = problem != Text;
            Text = problem;
            if (!isNew && time.GetElapsedTime(_toldAt) < TimeSpan.FromHours(1)) return false;
            _toldAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Notes that nothing is wrong.</summary>
    /// <returns>Whether something was.</returns>
    public bool IsOver()
    {
        lock (_lock)
        {
            var was = Text is not null;
            Text = null;
            return was;
        }
    }
}
