namespace Monolith.Embeddings.Kafka;

/// <summary>How a source over topics is: the worst of what is true of it.</summary>
public enum KafkaSourceStatus
{
    /// <summary>No reading is under way.</summary>
    Idle,

    /// <summary>It reads.</summary>
    Reading,

    /// <summary>A partition is silent, and others that have messages wait for it.</summary>
    PartitionSilent,

    /// <summary>Somebody else commits offsets in its group, or the broker refuses its own: lag monitors show wrong numbers.</summary>
    GroupTaken,

    /// <summary>No broker answers. It goes on by itself when one does.</summary>
    BrokerUnreachable,

    /// <summary>The topic is not there.</summary>
    TopicMissing,

    /// <summary>The topic has fewer partitions than the position knows.</summary>
    PartitionsMissing,

    /// <summary>The broker has deleted messages that were not read yet.</summary>
    OffsetsDeleted,

    /// <summary>The position lies behind the end of a partition: the topic is another one than before.</summary>
    PositionBeyondEnd,

    /// <summary>The last reading ended by another failure.</summary>
    Failed,
}
