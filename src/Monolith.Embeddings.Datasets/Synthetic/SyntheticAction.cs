using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>The action that follows an impression of a <see cref="SyntheticFeedbackStream"/>.</summary>
public readonly record struct SyntheticAction
{
    /// <summary>Which impression it follows: <see cref="SyntheticImpression.RequestId"/>.</summary>
    public required long RequestId { get; init; }

    /// <summary>When, in whole milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SyntheticAction), PrintMembers);
}
