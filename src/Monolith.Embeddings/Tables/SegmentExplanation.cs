using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>How one segment of a row stands.</summary>
/// <param name="Name">The segment's name.</param>
/// <param name="WeightNorm">The Euclidean norm of its weights.</param>
/// <param name="StateNorm">The Euclidean norm of its optimizer's state, always finite; 0 where the optimizer has none.</param>
[DebuggerDisplay("{Name}: weights {WeightNorm}, state {StateNorm}")]
public sealed record SegmentExplanation(string Name, double WeightNorm, double StateNorm)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SegmentExplanation), PrintMembers);
}
