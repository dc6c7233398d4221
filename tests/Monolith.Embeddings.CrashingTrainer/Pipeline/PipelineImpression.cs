namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>A line of the log of impressions.</summary>
public sealed record PipelineImpression
{
    /// <summary>The request.</summary>
    public required long Request { get; init; }

    /// <summary>The item.</summary>
    public required long Item { get; init; }

    /// <summary>The user.</summary>
    public required long User { get; init; }

    /// <summary>When, in milliseconds since the Unix epoch.</summary>
    public required long At { get; init; }
}
