namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>An impression and what came of it.</summary>
internal readonly record struct SampledEvent(long Request, long Time, long User, long Item, float Click)
{
    /// <summary>A label of another task; NaN where there is none.</summary>
    public float Buy { get; init; } = float.NaN;

    /// <summary>What its logit offset is before the sampling.</summary>
    public float Offset { get; init; }

    public float Weight { get; init; } = 1;

    public long[] Recent { get; init; } = [];
}
