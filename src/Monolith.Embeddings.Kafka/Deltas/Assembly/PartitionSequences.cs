using Monolith.Embeddings.Kafka.Deltas.Messages;

namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>The numbers of messages, of each publisher in each partition: whether one is missing.</summary>
internal sealed class PartitionSequences
{
    // Publishers that are gone are forgotten by this; the rest begins again, and misses no more than one hint.
    private const int Most = 4096;

    private readonly Dictionary<(Guid Publisher, int Partition), ulong> _next = [];

    /// <summary>Notes a message.</summary>
    /// <returns>Whether messages between the last one of its publisher in its partition and this one are missing.</returns>
    public bool IsAfterGap(DeltaMessage message, int partition)
    {
        var key = (message.Publisher, partition);
        var isKnown = _next.TryGetValue(key, out var next);
        if (!isKnown && _next.Count >= Most) _next.Clear();
        if (!isKnown || message.Sequence >= next) _next[key] = message.Sequence + 1;
        return isKnown && message.Sequence > next;
    }
}
