using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// How a model's input is laid out: one contiguous block a segment name (all biases together, all vectors together), each
/// [rows, width], with the pooled slots side by side in the order of the schema; then one block for each segment of a slot that is not
/// pooled. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("{Segments.Count} segments")]
public sealed class FeatureLayout
{
    internal FeatureLayout(FeatureSchema schema)
    {
        Schema = schema;
        var pooled = schema.Slots.Where(slot => slot.Pooling != Pooling.None);
        var names = pooled.SelectMany(slot => schema.Tables[slot.Table].Segments).Select(s => s.Name).Distinct();
        Segments = [.. names.Select((name, index) => new SegmentLayout(index, name, Columns(schema, name)))];
        Sequences = SequencesOf(schema);
        DenseWidth = schema.DenseWidth + schema.DerivedDense.Count;
    }

    /// <summary>The blocks, in the order in which the tables first name them.</summary>
    public IReadOnlyList<SegmentLayout> Segments { get; }

    /// <summary>
    /// The blocks of the slots that are not pooled, in the order of the slots and of their tables' segments; none in most schemas.
    /// </summary>
    public IReadOnlyList<SequenceLayout> Sequences { get; }

    /// <summary>
    /// How many dense features a row of the model's input has: the <see cref="FeatureSchema.DenseWidth"/> that encoders write, and behind
    /// them the <see cref="FeatureSchema.DerivedDense"/>.
    /// </summary>
    public int DenseWidth { get; }

    /// <summary>What it is the layout of.</summary>
    internal FeatureSchema Schema { get; }

    /// <summary>The block of a name, or null where no pooled slot's table has such a segment.</summary>
    /// <param name="name">A segment's name, such as <see cref="RowBuilder.BiasName"/>.</param>
    public SegmentLayout? Find(string name) => Segments.FirstOrDefault(segment => segment.Name == name);

    /// <summary>The block of one segment of a sequence, or null where its table has no such segment, or the slot is pooled.</summary>
    /// <param name="slot">A slot of the schema.</param>
    /// <param name="segment">A segment's name, such as <see cref="RowBuilder.VectorName"/>.</param>
    public SequenceLayout? FindSequence(FeatureSlot slot, string segment)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Schema.RequireOwn(slot);
        return Sequences.FirstOrDefault(sequence => sequence.Slot.Index == slot.Index && sequence.SegmentName == segment);
    }

    /// <summary>Whether another layout is of the same schema, or of one like it.</summary>
    internal bool Matches(FeatureLayout other) => Schema.Matches(other.Schema);

    /// <summary>How many floats a slot takes in a row of the block of one of its segments.</summary>
    internal static long Width(FeatureSlot slot, int dimension) =>
        slot.Pooling is Pooling.FirstN or Pooling.None ? (long)slot.MaxIds * dimension : dimension;

    private static List<SequenceLayout> SequencesOf(FeatureSchema schema)
    {
        var sequences = new List<SequenceLayout>();
        foreach (var slot in schema.Slots.Where(slot => slot.Pooling == Pooling.None))
        {
            var rowOffset = 0;
            foreach (var segment in schema.Tables[slot.Table].Segments)
            {
                sequences.Add(new SequenceLayout(sequences.Count, slot, segment.Name, segment.Dimension, rowOffset));
                rowOffset += segment.Dimension;
            }
        }
        return sequences;
    }

    private static List<SegmentColumns> Columns(FeatureSchema schema, string name)
    {
        var columns = new List<SegmentColumns>();
        var start = 0;
        foreach (var slot in schema.Slots)
        {
            if (slot.Pooling == Pooling.None) continue;
            var table = schema.Tables[slot.Table];
            var rowOffset = 0;
            foreach (var segment in table.Segments)
            {
                if (segment.Name == name)
                {
                    var width = (int)Width(slot, segment.Dimension);
                    columns.Add(new SegmentColumns
                    {
                        Slot = slot,
                        Start = start,
                        Width = width,
                        Dimension = segment.Dimension,
                        RowOffset = rowOffset
                    });
                    start += width;
                }
                rowOffset += segment.Dimension;
            }
        }
        return columns;
    }
}
