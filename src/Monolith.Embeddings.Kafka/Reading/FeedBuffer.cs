namespace Monolith.Embeddings.Kafka.Reading;

/// <summary>How many bytes the feeds of a topic hold together, and how many they may. Thread-safe.</summary>
/// <param name="limit">How many they may hold.</param>
/// <param name="onRoom">Called when there is room again, or a feed that is empty is waited for.</param>
internal sealed class FeedBuffer(long limit, Action onRoom)
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public bool IsFull => Bytes >= limit;

    /// <summary>Whether so much was taken that partitions may be read on that were paused.</summary>
    public bool IsLow => Bytes < limit / 2;

    public void Take(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void GiveBack(long bytes)
    {
        var before = Interlocked.Add(ref _bytes, -bytes) + bytes;
        if (before >= limit) onRoom();
    }

    public void Ask() => onRoom();
}
