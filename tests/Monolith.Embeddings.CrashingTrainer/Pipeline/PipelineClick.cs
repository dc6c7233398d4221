namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>A line of the log of clicks.</summary>
public sealed record PipelineClick
{
    /// <summary>The request.</summary>
    public required long Request { get; init; }

    /// <summary>The item.</summary>
    public required long Item { get; init; }

    /// <summary>When, in milliseconds since the Unix epoch.</summary>
    public required long At { get; init; }
}
