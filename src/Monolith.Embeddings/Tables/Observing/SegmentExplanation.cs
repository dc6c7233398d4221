using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>How one segment of a row stands.</summary>
[DebuggerDisplay("{Name}: weights {WeightNorm}, state {StateNorm}")]
public sealed record SegmentExplanation
{
    /// <summary>The segment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The Euclidean norm of its weights.</summary>
    public required double WeightNorm { get; init; }

    /// <summary>The Euclidean norm of its optimizer's state, always finite; 0 where the optimizer has none.</summary>
    public required double StateNorm { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SegmentExplanation), PrintMembers);
}
