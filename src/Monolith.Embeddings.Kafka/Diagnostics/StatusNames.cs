namespace Monolith.Embeddings.Kafka.Diagnostics;

/// <summary>How metrics name what is wrong.</summary>
internal static class StatusNames
{
    public static string Of(KafkaSourceStatus status) => status switch
    {
        KafkaSourceStatus.PartitionSilent => "partition_silent",
        KafkaSourceStatus.GroupTaken => "group_taken",
        KafkaSourceStatus.BrokerUnreachable => "broker_unreachable",
        KafkaSourceStatus.TopicMissing => "topic_missing",
        KafkaSourceStatus.PartitionsMissing => "partitions_missing",
        KafkaSourceStatus.OffsetsDeleted => "offsets_deleted",
        KafkaSourceStatus.PositionBeyondEnd => "position_beyond_end",
        _ => "failed",
    };
}
