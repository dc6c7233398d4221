using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>What a module over pooled vectors needs of a schema.</summary>
internal readonly struct FieldShape
{
    /// <param name="schema">The schema.</param>
    /// <param name="name">The argument, for exceptions.</param>
    /// <exception cref="ArgumentException">There are no vectors, or their dimensions differ; the message lists them.</exception>
    public FieldShape(FeatureSchema schema, string name)
    {
        Dimension = OneDimension(schema, RowBuilder.VectorName, name);
        Vectors = schema.Layout.Find(RowBuilder.VectorName)!.Width;
        Dense = schema.Layout.DenseWidth;
    }

    /// <summary>The dimension of each vector.</summary>
    public int Dimension { get; }

    /// <summary>How wide all vectors of a row are together.</summary>
    public int Vectors { get; }

    /// <summary>How many vectors a row has.</summary>
    public int Fields => Vectors / Dimension;

    /// <summary>How many dense features a row has.</summary>
    public int Dense { get; }

    /// <summary>How wide a segment is in a row, over all pooled slots.</summary>
    /// <exception cref="ArgumentException">No pooled slot's table has it; the message lists those that there are.</exception>
    public static int WidthOf(FeatureSchema schema, string segment, string name) => LayoutOf(schema, segment, name).Width;

    /// <summary>The dimension that a segment has in all slots.</summary>
    /// <exception cref="ArgumentException">There is none, or they differ; the message lists slots and dimensions.</exception>
    public static int OneDimension(FeatureSchema schema, string segment, string name)
    {
        var layout = LayoutOf(schema, segment, name);
        return SchemaShapes.ProblemOf(layout) is { } problem ? throw new ArgumentException(problem, name) : layout.Columns[0].Dimension;
    }

    /// <summary>Where the vector of a pooled slot stands.</summary>
    /// <exception cref="ArgumentException">There is no such pooled slot with a vector; the message lists those that there are.</exception>
    public static SegmentColumns ColumnsOf(FeatureSchema schema, string slot, string name)
    {
        ArgumentNullException.ThrowIfNull(slot, name);
        var columns = LayoutOf(schema, RowBuilder.VectorName, name).Columns;
        return columns.FirstOrDefault(other => other.Slot.Name == slot) ?? throw new ArgumentException(
            $"There is no pooled slot '{slot}' with a vector, which the module needs; slots that have one: "
            + $"{string.Join(", ", columns.Select(other => $"'{other.Slot.Name}' of {other.Width}"))}.", name);
    }

    private static SegmentLayout LayoutOf(FeatureSchema schema, string segment, string name)
    {
        ArgumentNullException.ThrowIfNull(schema, name);
        return schema.Layout.Find(segment) ?? throw new ArgumentException(
            $"No pooled slot's table has a segment '{segment}', which the module needs; segments: "
            + $"{string.Join(", ", schema.Layout.Segments.Select(s => $"'{s.Name}'").DefaultIfEmpty("none"))}.", name);
    }
}
