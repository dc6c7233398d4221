using System.Diagnostics;
using Monolith.Embeddings.Features.Blocks;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A model's input, or its gradient: one contiguous block of floats a segment, [<see cref="Rows"/>, width], one a sequence, one of the
/// values of a sequence's steps, and one of the dense features. Blocks are 64-byte aligned in memory that does not move, so that a tensor
/// library can share them. They grow and are replaced as a larger batch needs; take them again for each batch. Not thread-safe; reading and
/// writing blocks from several threads is allowed while no thread resizes.
/// </summary>
[DebuggerDisplay("{Use}: {Rows} rows, {Layout.Segments.Count} segments")]
public sealed class FeatureBlocks
{
    /// <summary>The name by which a <see cref="BlockAllocator"/> knows the block of dense features. No segment has it.</summary>
    public const string DenseName = "(dense)";

    private readonly BlockBuffer[] _segments, _sequences, _steps, _all;
    private readonly BlockBuffer _dense;
    private readonly int[][] _lengths;

    /// <summary>Creates blocks of no rows.</summary>
    /// <param name="layout">The segments and their widths.</param>
    /// <param name="use">What they hold. Gradients have no dense features and no lengths.</param>
    /// <param name="allocator">Supplies their memory; pinned arrays where null.</param>
    public FeatureBlocks(FeatureLayout layout, BlockUse use = BlockUse.Input, BlockAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        (Layout, Use) = (layout, use);
        _segments = [.. layout.Segments.Select(s => new BlockBuffer(use, s.Name, s.Width, allocator))];
        _sequences = [.. layout.Sequences.Select(s => new BlockBuffer(use, s.Name, s.Width, allocator))];
        _dense = new BlockBuffer(use, DenseName, use == BlockUse.Input ? layout.DenseWidth : 0, allocator);
        _steps = [.. layout.Schema.Slots.Select(slot => new BlockBuffer(use, StepsName(slot), StepsWidth(slot, use), allocator))];
        _all = [.. _segments, .. _sequences, .. _steps, _dense];
        _lengths = [.. layout.Sequences.Select(_ => Array.Empty<int>())];
    }

    /// <summary>The segments and their widths.</summary>
    public FeatureLayout Layout { get; }

    /// <summary>What the blocks hold.</summary>
    public BlockUse Use { get; }

    /// <summary>The number of rows in each block.</summary>
    public int Rows { get; private set; }

    /// <summary>The dense features, [<see cref="Rows"/>, <see cref="FeatureLayout.DenseWidth"/>]; empty in gradients.</summary>
    public Span<float> Dense => _dense.Span(Rows);

    /// <summary>Where <see cref="Dense"/> lies.</summary>
    public FloatBlock DenseStorage => _dense.Storage(Rows);

    /// <summary>The values of one segment, [<see cref="Rows"/>, <see cref="SegmentLayout.Width"/>].</summary>
    /// <param name="segment">A segment of this layout.</param>
    public Span<float> Block(SegmentLayout segment) => Of(segment).Span(Rows);

    /// <summary>Where <see cref="Block"/> lies.</summary>
    /// <param name="segment">A segment of this layout.</param>
    public FloatBlock Storage(SegmentLayout segment) => Of(segment).Storage(Rows);

    /// <summary>
    /// The values of one sequence, [<see cref="Rows"/>, <see cref="SequenceLayout.MaxLength"/>, <see cref="SequenceLayout.Dimension"/>].
    /// </summary>
    /// <param name="sequence">A sequence of this layout.</param>
    public Span<float> Sequence(SequenceLayout sequence) => Of(sequence).Span(Rows);

    /// <summary>Where <see cref="Sequence"/> lies.</summary>
    /// <param name="sequence">A sequence of this layout.</param>
    public FloatBlock SequenceStorage(SequenceLayout sequence) => Of(sequence).Storage(Rows);

    /// <summary>
    /// How many steps each row of a sequence has, 0 to <see cref="SequenceLayout.MaxLength"/>, [<see cref="Rows"/>]; empty in gradients.
    /// </summary>
    /// <param name="sequence">A sequence of this layout.</param>
    public Span<int> Lengths(SequenceLayout sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return _lengths[sequence.Index].AsSpan(0, Use == BlockUse.Input ? Rows : 0);
    }

    /// <summary>
    /// The dense values of a sequence's steps, [<see cref="Rows"/>, <see cref="FeatureSlot.MaxIds"/>, values a step], zeros after a row's
    /// length; empty in gradients, and where the slot has no <see cref="FeatureSlot.StepValues"/>.
    /// </summary>
    /// <param name="slot">A slot of the layout's schema.</param>
    public Span<float> StepValues(FeatureSlot slot) => Steps(slot).Span(Rows);

    /// <summary>Where <see cref="StepValues"/> lie.</summary>
    /// <param name="slot">A slot of the layout's schema.</param>
    public FloatBlock StepValueStorage(FeatureSlot slot) => Steps(slot).Storage(Rows);

    /// <summary>
    /// Sets the number of rows. What a block holds afterwards is not to be relied on. The code that fills blocks writes all of them, or
    /// calls <see cref="Clear"/>.
    /// </summary>
    /// <param name="rows">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A block would exceed the length of an array; the message holds the numbers.
    /// </exception>
    /// <exception cref="InvalidOperationException">The allocator supplied too little memory, or memory that is not aligned.</exception>
    public void Resize(int rows)
    {
        OutOfRange.ThrowIfLess(rows, 0);
        foreach (var block in _all) block.RequireFits(rows);
        foreach (var block in _all) block.Reserve(rows);
        foreach (ref var lengths in _lengths.AsSpan())
        {
            if (lengths.Length < rows) lengths = GC.AllocateArray<int>(Math.Max(rows, 2 * lengths.Length), pinned: true);
        }
        // Last: where an allocator throws, the blocks have the rows that they had.
        Rows = rows;
    }

    /// <summary>Sets all values to zero.</summary>
    public void Clear()
    {
        foreach (var block in _all) block.Span(Rows).Clear();
        foreach (var lengths in _lengths) lengths.AsSpan().Clear();
    }

    private static string StepsName(FeatureSlot slot) => $"{slot.Name}/(steps)";

    private static int StepsWidth(FeatureSlot slot, BlockUse use) => use == BlockUse.Input && slot.StepWidth > 0
        ? slot.MaxIds * slot.StepWidth
        : 0;

    private BlockBuffer Steps(FeatureSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Layout.Schema.RequireOwn(slot);
        return _steps[slot.Index];
    }

    private BlockBuffer Of(SegmentLayout segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return _segments[segment.Index];
    }

    private BlockBuffer Of(SequenceLayout sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return _sequences[sequence.Index];
    }
}
