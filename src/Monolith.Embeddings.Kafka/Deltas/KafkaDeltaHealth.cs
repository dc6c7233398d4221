namespace Monolith.Embeddings.Kafka;

/// <summary>
/// How a <see cref="KafkaDeltaPublisher"/> or a <see cref="KafkaDeltaSource"/> is, for a host's health checks. Immutable; thread-safe.
/// </summary>
public sealed record KafkaDeltaHealth
{
    /// <summary>The status.</summary>
    public required KafkaDeltaStatus Status { get; init; }

    /// <summary>What is wrong, in one sentence; null where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// The number of the commit that was published last, or applied last out of the topic; 0 for none.
    /// </summary>
    public required ulong Commit { get; init; }

    /// <summary>One line for a log.</summary>
    public override string ToString() => $"{Status} at commit {Commit}{(Problem is null ? "" : $": {Problem}")}";
}
