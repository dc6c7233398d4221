using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// One block of a model's input that is not pooled: one segment of the rows of a slot with <see cref="Pooling.None"/>, [rows,
/// <see cref="MaxLength"/>, <see cref="Dimension"/>], zeros after a row's length. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("{Name}: {MaxLength} x {Dimension}")]
public sealed class SequenceLayout
{
    internal SequenceLayout(int index, FeatureSlot slot, string segmentName, int dimension, int rowOffset)
    {
        (Index, Slot, SegmentName, Dimension, RowOffset) = (index, slot, segmentName, dimension, rowOffset);
        Name = $"{slot.Name}/{segmentName}";
    }

    /// <summary>The position in <see cref="FeatureLayout.Sequences"/>.</summary>
    public int Index { get; }

    /// <summary>The slot.</summary>
    public FeatureSlot Slot { get; }

    /// <summary>The name of the segment.</summary>
    public string SegmentName { get; }

    /// <summary>Slot and segment, such as <c>recent/vector</c>.</summary>
    public string Name { get; }

    /// <summary>How many steps a row has at most: <see cref="FeatureSlot.MaxIds"/>.</summary>
    public int MaxLength => Slot.MaxIds;

    /// <summary>How many floats a step has: the segment's dimension.</summary>
    public int Dimension { get; }

    /// <summary>How many floats a row of the block has.</summary>
    public int Width => MaxLength * Dimension;

    /// <summary>Where the segment begins in a row of the slot's table.</summary>
    public int RowOffset { get; }
}
