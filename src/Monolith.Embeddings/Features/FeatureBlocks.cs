using System.Diagnostics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A model's input, or its gradient: one contiguous block of floats a segment, [<see cref="Rows"/>, width], in pinned arrays, so that a
/// tensor library can share them. The arrays grow and are replaced as a larger batch needs; take them anew for each batch. Not thread-safe.
/// </summary>
[DebuggerDisplay("{Rows} rows, {Layout.Segments.Count} segments")]
public sealed class FeatureBlocks
{
    private readonly SegmentLayout[] _segments;
    private readonly float[][] _blocks;

    /// <summary>Creates blocks of no rows.</summary>
    /// <param name="layout">The segments and their widths.</param>
    public FeatureBlocks(FeatureLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _segments = [.. layout.Segments];
        _blocks = [.. layout.Segments.Select(_ => System.Array.Empty<float>())];
    }

    /// <summary>The segments and their widths.</summary>
    public FeatureLayout Layout { get; }

    /// <summary>The number of rows in each block.</summary>
    public int Rows { get; private set; }

    /// <summary>The values of one segment, [<see cref="Rows"/>, <see cref="SegmentLayout.Width"/>].</summary>
    /// <param name="segment">A segment of this layout.</param>
    public Span<float> Block(SegmentLayout segment) => Array(segment).AsSpan(0, Rows * segment.Width);

    /// <summary>The pinned array whose front is <see cref="Block"/>.</summary>
    /// <param name="segment">A segment of this layout.</param>
    public float[] Array(SegmentLayout segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return _blocks[segment.Index];
    }

    /// <summary>
    /// Sets the number of rows. What a block holds afterwards is not to be relied on: zeros where it grew, else what was there before. Whoever fills
    /// blocks writes all of them, or calls <see cref="Clear"/>.
    /// </summary>
    /// <param name="rows">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A block would exceed the length of an array; the message holds the numbers.</exception>
    public void Resize(int rows)
    {
        OutOfRange.ThrowIfLess(rows, 0);
        foreach (var segment in _segments) RequireFits(rows, segment);
        foreach (var segment in _segments)
        {
            if (_blocks[segment.Index].Length >= rows * segment.Width) continue;
            var length = (int)Math.Min(Math.Max((long)rows * segment.Width, 2L * _blocks[segment.Index].Length), System.Array.MaxLength);
            _blocks[segment.Index] = GC.AllocateArray<float>(length, pinned: true);
        }
        Rows = rows;
    }

    /// <summary>Sets all values to zero.</summary>
    public void Clear()
    {
        foreach (var segment in _segments) Block(segment).Clear();
    }

    private static void RequireFits(int rows, SegmentLayout segment)
    {
        var needed = (long)rows * segment.Width;
        if (needed > System.Array.MaxLength)
            throw OutOfRange.Of(nameof(rows), rows,
                $"{rows} rows of {segment.Width} floats (segment '{segment.Name}') are {needed} floats; an array holds {System.Array.MaxLength}. Use smaller batches.");
    }
}
