using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Merging;

/// <summary>One partition as a log.</summary>
/// <param name="reader">Consumes the topic.</param>
/// <param name="options">How.</param>
/// <param name="partition">The partition.</param>
/// <param name="messages">Makes records.</param>
internal sealed class PartitionLog<T>(
    Func<TopicReader> reader, KafkaTopicOptions options, int partition, MessageReader<T> messages) : RecordLog<KafkaRecord<T>>
{
    public override async IAsyncEnumerable<LogRecord<KafkaRecord<T>>> ReadAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var topic = reader();
        topic.Condition.Begin();
        try
        {
            var feed = await BeginAsync(topic, from, cancellationToken).ConfigureAwait(false);
            try
            {
                var open = new OpenPartition<T>(feed.Feed, feed.Signal, messages);
                while (open.TryAdvance() || await open.AdvanceAsync(cancellationToken).ConfigureAwait(false)) yield return open.Head;
            }
            finally
            {
                await topic.CloseAsync([feed.Feed]).ConfigureAwait(false);
            }
        }
        finally
        {
            topic.Condition.End();
        }
    }

    public override ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken)
    {
        if (options.Group is not null) reader().CommitSoon(partition, position.Offset);
        return ValueTask.CompletedTask;
    }

    private async Task<(PartitionFeed Feed, FeedSignal Signal)> BeginAsync(
        TopicReader topic, LogPosition from, CancellationToken cancellationToken)
    {
        var name = topic.NameOf(partition);
        if (!from.IsStart && from.Log != name)
            throw new ArgumentException($"The place {from} is not one of '{name}'.", nameof(from));
        var count = await topic.CountAsync(cancellationToken).ConfigureAwait(false);
        if (partition >= count)
        {
            throw topic.Condition.Fail(new KafkaSourceException(KafkaSourceStatus.PartitionsMissing,
                $"The topic '{options.Topic}' has {count} partitions, and partition {partition} is to be read."));
        }
        var bounds = (await topic.BoundsAsync(partition, 1, cancellationToken).ConfigureAwait(false))[0];
        var next = Deleted.Beginning(
            name, from.IsStart ? bounds.Low.Value : from.Offset, bounds, options, topic.Condition);
        var signal = new FeedSignal();
        var feed = new PartitionFeed(name, partition, next, options.Follow ? long.MaxValue : bounds.High.Value, topic.Buffer, signal);
        await topic.OpenAsync([feed], cancellationToken).ConfigureAwait(false);
        return (feed, signal);
    }
}
