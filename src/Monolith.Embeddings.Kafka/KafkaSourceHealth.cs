namespace Monolith.Embeddings.Kafka;

/// <summary>How a source over topics was when it was asked. Immutable; thread-safe.</summary>
public sealed record KafkaSourceHealth
{
    /// <summary>The worst of what is true of it.</summary>
    public required KafkaSourceStatus Status { get; init; }

    /// <summary>One sentence for logs and health checks.</summary>
    public required string Description { get; init; }

    /// <summary>Messages that were read, in all readings together.</summary>
    public required long Messages { get; init; }

    /// <summary>Messages that the broker had deleted before they were read, and that were passed over.</summary>
    public required long DeletedMessages { get; init; }

    /// <summary>How often offsets could not be committed to the broker.</summary>
    public required long FailedOffsetCommits { get; init; }

    /// <summary>Bytes of messages that were fetched and wait to be learned from.</summary>
    public required long BufferedBytes { get; init; }

    /// <summary>How many partitions are paused, because others have to be read first.</summary>
    public required int PausedPartitions { get; init; }

    /// <summary>Status and description.</summary>
    public override string ToString() => $"{Status}: {Description}";
}
