using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>What one slot has in one block of the model's input.</summary>
/// <param name="Segment">The block.</param>
/// <param name="Columns">Where in its rows the slot stands, and where in the rows of the slot's table the segment does.</param>
/// <param name="RowWidth">How many floats a row of the slot's table has.</param>
internal sealed record SlotPart(SegmentLayout Segment, SegmentColumns Columns, int RowWidth)
{
    /// <summary>The pooled vectors in the block.</summary>
    public VectorColumn InBlock => new(Segment.Width, Columns.Start);

    /// <summary>The vectors in the table's distinct rows.</summary>
    public VectorColumn InRows => new(RowWidth, Columns.RowOffset);
}
