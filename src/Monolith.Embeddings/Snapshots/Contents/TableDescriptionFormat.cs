using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Writes and reads the section that describes a file's tables.</summary>
internal static class TableDescriptionFormat
{
    public static ReadOnlySpan<byte> Write(IReadOnlyList<TableDescription> tables)
    {
        var fields = new FieldWriter();
        fields.List(tables, Write);
        return fields.Written;
    }

    /// <exception cref="FormatException">The bytes describe no tables.</exception>
    public static IReadOnlyList<TableDescription> Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        var tables = fields.List(StoredLimits.Tables, "tables", ReadTable);
        fields.End();
        if (tables.Count == 0) throw new FormatException("There are no tables.");
        if (tables.DistinctBy(t => t.Name).Count() != tables.Count) throw new FormatException("Two tables have one name.");
        return tables;
    }

    private static void Write(FieldWriter fields, TableDescription table)
    {
        fields.Text(table.Name, StoredLimits.NameBytes);
        fields.Flag(table.IdsCarrySlots);
        fields.UInt32((uint)table.Frequency);
        fields.Flag(table.TracksAdmissionTime);
        fields.Text(table.Admission, StoredLimits.PlugInNameBytes);
        fields.Int64(table.RowLimit);
        fields.UInt32(table.NewestEventTime);
        fields.List(table.Segments, Write);
    }

    private static void Write(FieldWriter fields, SegmentDescription segment)
    {
        fields.Text(segment.Name, StoredLimits.NameBytes);
        fields.Text(segment.Optimizer, StoredLimits.PlugInNameBytes);
        fields.Text(segment.Initializer, StoredLimits.PlugInNameBytes);
        fields.UInt32((uint)segment.Shape.Dimension);
        fields.UInt32((uint)segment.Shape.StateLength);
        fields.UInt32((uint)segment.Shape.Precision);
        fields.UInt32((uint)segment.Shape.StatePrecision);
        fields.UInt32((uint)segment.Shape.ExactStateLength);
    }

    private static TableDescription ReadTable(ref FieldReader fields)
    {
        var table = new TableDescription
        {
            Name = fields.Text(StoredLimits.NameBytes),
            IdsCarrySlots = fields.Flag(),
            Frequency = (FrequencyColumn)fields.Count((int)FrequencyColumn.Decaying, "kinds of counts"),
            TracksAdmissionTime = fields.Flag(),
            Admission = fields.Text(StoredLimits.PlugInNameBytes),
            RowLimit = Number(fields.UInt64()),
            NewestEventTime = fields.UInt32(),
            Segments = ReadSegments(ref fields),
        };
        if (table.Segments.Sum(s => (long)s.Shape.Dimension) > EmbeddingTableOptions.MaxDimension
            || table.Segments.Sum(s => (long)s.Shape.StateLength) > StoredLimits.RowState)
            throw new FormatException($"A row of table '{table.Name}' has more weights or more state than any row can have.");
        return table;
    }

    private static List<SegmentDescription> ReadSegments(ref FieldReader fields)
    {
        var segments = fields.List(StoredLimits.Segments, "segments", ReadSegment);
        return segments.Count > 0 ? segments : throw new FormatException("A table has no segments.");
    }

    private static SegmentDescription ReadSegment(ref FieldReader fields)
    {
        var name = fields.Text(StoredLimits.NameBytes);
        var (optimizer, initializer) = (fields.Text(StoredLimits.PlugInNameBytes), fields.Text(StoredLimits.PlugInNameBytes));
        return new SegmentDescription(name, optimizer, initializer, ReadShape(ref fields));
    }

    private static RowSegmentShape ReadShape(ref FieldReader fields)
    {
        var (dimension, state) = ((int)fields.Count(EmbeddingTableOptions.MaxDimension, "weights"),
            (int)fields.Count(StoredLimits.RowState, "floats of state"));
        if (dimension == 0) throw new FormatException("A segment has no weights.");
        var (weights, states) = (Precision(ref fields), Precision(ref fields));
        return new RowSegmentShape(dimension, state, weights, states, (int)fields.Count(state, "exact floats of state"));
    }

    private static RowPrecision Precision(ref FieldReader fields) => (RowPrecision)fields.Count((int)RowPrecision.BFloat16, "precisions");

    private static long Number(ulong value) =>
        value <= long.MaxValue ? (long)value : throw new FormatException($"{value} is no number of rows.");
}
