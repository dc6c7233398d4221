using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>One evaluation on the validation source: when, and how good.</summary>
public sealed record ValidationScore
{
    /// <summary>How many epochs were done, whole.</summary>
    public required int Epochs { get; init; }

    /// <summary>How many examples were learned from.</summary>
    public required long Examples { get; init; }

    /// <summary>How many batches were learned from.</summary>
    public required long Steps { get; init; }

    /// <summary>The metric; NaN where it has no value, such as an AUC of labels that are all equal; NaN is no improvement.</summary>
    public required double Value { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ValidationScore), PrintMembers);
}
