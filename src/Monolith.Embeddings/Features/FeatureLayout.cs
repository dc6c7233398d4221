using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// How a model's input is laid out: one contiguous block a segment name (all biases together, all vectors together), each
/// [rows, width], with the slots side by side in the order of the schema. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("{Segments.Count} segments")]
public sealed class FeatureLayout
{
    internal FeatureLayout(FeatureSchema schema)
    {
        var names = schema.Slots.SelectMany(slot => schema.Tables[slot.Table].Segments).Select(s => s.Name).Distinct();
        Segments = [.. names.Select((name, index) => new SegmentLayout(index, name, Columns(schema, name)))];
    }

    /// <summary>The blocks, in the order in which the tables first name them.</summary>
    public IReadOnlyList<SegmentLayout> Segments { get; }

    /// <summary>The block of a name, or null where no slot's table has such a segment.</summary>
    /// <param name="name">A segment's name, such as <see cref="RowBuilder.BiasName"/>.</param>
    public SegmentLayout? Find(string name) => Segments.FirstOrDefault(segment => segment.Name == name);

    /// <summary>How many floats a slot takes in a row of the block of one of its segments.</summary>
    internal static long Width(FeatureSlot slot, int dimension) => slot.Pooling == Pooling.FirstN ? (long)slot.MaxIds * dimension : dimension;

    private static List<SegmentColumns> Columns(FeatureSchema schema, string name)
    {
        var columns = new List<SegmentColumns>();
        var start = 0;
        foreach (var slot in schema.Slots)
        {
            var table = schema.Tables[slot.Table];
            var rowOffset = 0;
            foreach (var segment in table.Segments)
            {
                if (segment.Name == name)
                {
                    var width = (int)Width(slot, segment.Dimension);
                    columns.Add(new SegmentColumns(slot, start, width, segment.Dimension, rowOffset));
                    start += width;
                }
                rowOffset += segment.Dimension;
            }
        }
        return columns;
    }
}
