using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Reading;

/// <summary>Where a partition is begun, if the broker may have deleted what comes next.</summary>
internal static class Deleted
{
    /// <summary>The offset itself, or by the policy the first that is left.</summary>
    /// <param name="partition">Topic and partition.</param>
    /// <param name="offset">The offset that comes next.</param>
    /// <param name="bounds">What the broker has.</param>
    /// <param name="options">The policy.</param>
    /// <param name="condition">Is told.</param>
    /// <exception cref="KafkaSourceException">The policy refuses it, or the offset lies behind the end.</exception>
    public static long Beginning(
        string partition, long offset, WatermarkOffsets bounds, KafkaTopicOptions options, SourceCondition condition)
    {
        var (low, high) = (bounds.Low.Value, bounds.High.Value);
        if (offset > high)
        {
            throw condition.Fail(new KafkaSourceException(KafkaSourceStatus.PositionBeyondEnd,
                $"The position goes on at offset {offset} of '{partition}', which ends at {high}: the topic was made anew, or restored "
                + "from an older copy, and its offsets mean other messages. Read the topic of the position, or give this source a "
                + "new store."));
        }
        if (offset >= low) return offset;
        if (options.DeletedOffsets == DeletedOffsets.SkipToEarliest)
        {
            condition.Delete(partition, offset, low);
            return low;
        }
        throw condition.Fail(new KafkaSourceException(KafkaSourceStatus.OffsetsDeleted,
            $"The broker has deleted the messages {offset} to before {low} of '{partition}', which were not read: retention is shorter "
            + $"than the source was behind. To go on without them, set {nameof(KafkaTopicOptions.DeletedOffsets)} to "
            + $"{nameof(DeletedOffsets.SkipToEarliest)}; they are counted."));
    }
}
