using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Merging;

/// <summary>Makes records of messages.</summary>
/// <param name="decode">Makes the application's record.</param>
/// <param name="eventTime">When it happened; the message's timestamp where null.</param>
internal sealed class MessageReader<T>(Func<ConsumeResult<byte[], byte[]>, T> decode, Func<T, DateTimeOffset>? eventTime)
{
    public LogRecord<KafkaRecord<T>> Read(in LogPosition partition, ConsumeResult<byte[], byte[]> message)
    {
        var (offset, timestamp) = (message.Offset.Value, message.Message.Timestamp.UnixTimestampMs);
        var next = partition.At(offset + 1);
        if (KafkaPunctuation.Is(message.Message)) return new(new(default, message, timestamp, true), next) { Offset = offset };
        try
        {
            var value = decode(message);
            var time = eventTime is null ? timestamp : eventTime(value).ToUnixTimeMilliseconds();
            return new(new(value, message, time, false), next) { Offset = offset };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // It has no time that could be compared, and goes first: the others wait for nothing.
            return new(new(default, message, long.MinValue, false), next)
            {
                Offset = offset,
                Error = error,
                Bytes = message.Message.Value,
            };
        }
    }

    /// <summary>The next record of a feed; false where none is there.</summary>
    public bool TryRead(in LogPosition partition, PartitionFeed feed, out LogRecord<KafkaRecord<T>> record)
    {
        var isThere = feed.TryTake(out var message);
        record = isThere ? Read(in partition, message) : default;
        return isThere;
    }
}
