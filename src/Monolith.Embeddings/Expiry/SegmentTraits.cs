using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Expiry;

/// <summary>Where a segment stands in <see cref="RowMetadata.Weights"/>.</summary>
/// <param name="Name">Its name, unique in the row.</param>
/// <param name="Offset">Its first weight, from 0.</param>
/// <param name="Dimension">How many weights.</param>
public sealed record SegmentTraits(string Name, int Offset, int Dimension)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SegmentTraits), PrintMembers);
}
