using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>Where one slot stands in a block of the model's input.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Start">Its first float in a row of the block.</param>
/// <param name="Width">How many floats it has there: the dimension, or n times it for <see cref="Pooling.FirstN"/>.</param>
/// <param name="Dimension">The segment's dimension.</param>
/// <param name="RowOffset">Where the segment begins in a row of the slot's table.</param>
public sealed record SegmentColumns(FeatureSlot Slot, int Start, int Width, int Dimension, int RowOffset)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SegmentColumns), PrintMembers);
}
