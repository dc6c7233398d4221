using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Rows;

/// <summary>Where a segment stands in <see cref="RowMetadata.Weights"/>.</summary>
public sealed record SegmentTraits
{
    /// <summary>Its name, unique in the row.</summary>
    public required string Name { get; init; }

    /// <summary>Its first weight, from 0.</summary>
    public required int Offset { get; init; }

    /// <summary>How many weights.</summary>
    public required int Dimension { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SegmentTraits), PrintMembers);
}
