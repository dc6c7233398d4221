using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>How far the dense weights of a <see cref="LivePredictor"/> are behind its trainer. Its rows are the trainer's own.</summary>
public readonly record struct LivePredictorLag
{
    /// <summary>The time since they were copied, or were last found to be the trainer's; not negative.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>How many batches the trainer has learned from since.</summary>
    public required long Steps { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(LivePredictorLag), PrintMembers);
}
