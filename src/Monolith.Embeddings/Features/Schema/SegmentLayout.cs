using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>One block of a model's input. Immutable; thread-safe.</summary>
[DebuggerDisplay("{Name}: {Columns.Count} slots, {Width} wide")]
public sealed class SegmentLayout
{
    internal SegmentLayout(int index, string name, List<SegmentColumns> columns)
    {
        (Index, Name, Columns) = (index, name, columns);
        Width = columns.Sum(c => c.Width);
    }

    /// <summary>The position in <see cref="FeatureLayout.Segments"/>.</summary>
    public int Index { get; }

    /// <summary>The segment's name.</summary>
    public string Name { get; }

    /// <summary>How many floats a row of the block has.</summary>
    public int Width { get; }

    /// <summary>Where each slot that has this segment stands in a row of the block.</summary>
    public IReadOnlyList<SegmentColumns> Columns { get; }
}
