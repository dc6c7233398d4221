using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Merging;

/// <summary>A partition that is read, and its next record.</summary>
/// <param name="feed">Its messages.</param>
/// <param name="signal">What the feed wakes its reader by.</param>
/// <param name="messages">Makes records.</param>
internal sealed class OpenPartition<T>(PartitionFeed feed, FeedSignal signal, MessageReader<T> messages)
{
    private readonly LogPosition _place = new(feed.Name, 0);
    private LogRecord<KafkaRecord<T>> _head;

    public PartitionFeed Feed => feed;

    /// <summary>The record that <see cref="TryAdvance"/> has come to.</summary>
    public ref readonly LogRecord<KafkaRecord<T>> Head => ref _head;

    /// <summary>Its event time, and the partition among records of one time.</summary>
    public (long Time, int Partition) Order => (_head.Value.EventTimeMilliseconds, feed.Partition);

    /// <summary>Goes to the next record; false where none is there yet.</summary>
    public bool TryAdvance() => messages.TryRead(in _place, feed, out _head);

    /// <summary>Goes to the next record, which is waited for; false at the end.</summary>
    public async ValueTask<bool> AdvanceAsync(CancellationToken cancellationToken)
    {
        while (!TryAdvance())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (feed.IsEnded()) return false;
            if (feed.Want()) await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        return true;
    }
}
