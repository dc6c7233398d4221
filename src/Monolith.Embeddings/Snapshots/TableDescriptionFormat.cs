using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>Writes and reads the section that describes a file's tables.</summary>
internal static class TableDescriptionFormat
{
    private const int MaxTables = 512, MaxSegments = 4096, MaxState = 1 << 20;

    public static ReadOnlySpan<byte> Write(IReadOnlyList<TableDescription> tables)
    {
        var fields = new FieldWriter();
        fields.UInt32((uint)tables.Count);
        foreach (var table in tables)
        {
            fields.Text(table.Name, SnapshotHeader.MaxTextBytes);
            fields.UInt32(table.IdsCarrySlots ? 1u : 0);
            fields.UInt32((uint)table.Frequency);
            fields.UInt32(table.TracksAdmissionTime ? 1u : 0);
            fields.Text(table.Admission, SnapshotHeader.MaxTextBytes);
            fields.UInt64((ulong)table.RowLimit);
            fields.UInt32(table.NewestEventTime);
            fields.UInt32((uint)table.Segments.Count);
            foreach (var segment in table.Segments) Write(fields, segment);
        }
        return fields.Written;
    }

    /// <exception cref="FormatException">The bytes describe no tables.</exception>
    public static IReadOnlyList<TableDescription> Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        var tables = new List<TableDescription>();
        for (var rest = fields.Count(MaxTables, "tables"); rest > 0; rest--) tables.Add(ReadTable(ref fields));
        fields.End();
        if (tables.Count == 0) throw new FormatException("There are no tables.");
        if (tables.DistinctBy(t => t.Name).Count() != tables.Count) throw new FormatException("Two tables have one name.");
        return tables;
    }

    private static void Write(FieldWriter fields, SegmentDescription segment)
    {
        fields.Text(segment.Name, SnapshotHeader.MaxTextBytes);
        fields.Text(segment.Optimizer, SnapshotHeader.MaxTextBytes);
        fields.Text(segment.Initializer, SnapshotHeader.MaxTextBytes);
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
            Name = fields.Text(SnapshotHeader.MaxTextBytes),
            IdsCarrySlots = Flag(ref fields),
            Frequency = (FrequencyColumn)fields.Count((int)FrequencyColumn.Decaying, "kinds of counts"),
            TracksAdmissionTime = Flag(ref fields),
            Admission = fields.Text(SnapshotHeader.MaxTextBytes),
            RowLimit = Number(fields.UInt64()),
            NewestEventTime = fields.UInt32(),
            Segments = ReadSegments(ref fields),
        };
        if (table.Segments.Sum(s => (long)s.Shape.Dimension) > EmbeddingTableOptions.MaxDimension || table.Segments.Sum(s => (long)s.Shape.StateLength) > MaxState)
            throw new FormatException($"A row of table '{table.Name}' has more weights or more state than any row can have.");
        return table;
    }

    private static List<SegmentDescription> ReadSegments(ref FieldReader fields)
    {
        var segments = new List<SegmentDescription>();
        for (var rest = fields.Count(MaxSegments, "segments"); rest > 0; rest--)
        {
            var (name, optimizer, initializer) = (fields.Text(SnapshotHeader.MaxTextBytes), fields.Text(SnapshotHeader.MaxTextBytes), fields.Text(SnapshotHeader.MaxTextBytes));
            segments.Add(new SegmentDescription(name, optimizer, initializer, ReadShape(ref fields)));
        }
        return segments.Count > 0 ? segments : throw new FormatException("A table has no segments.");
    }

    private static RowSegmentShape ReadShape(ref FieldReader fields)
    {
        var (dimension, state) = ((int)fields.Count(EmbeddingTableOptions.MaxDimension, "weights"), (int)fields.Count(MaxState, "floats of state"));
        if (dimension == 0) throw new FormatException("A segment has no weights.");
        var (weights, states) = (Precision(ref fields), Precision(ref fields));
        return new RowSegmentShape(dimension, state, weights, states, (int)fields.Count(state, "exact floats of state"));
    }

    private static RowPrecision Precision(ref FieldReader fields) => (RowPrecision)fields.Count((int)RowPrecision.BFloat16, "precisions");

    private static bool Flag(ref FieldReader fields) => fields.Count(1, "flags") == 1;

    private static long Number(ulong value) => value <= long.MaxValue ? (long)value : throw new FormatException($"{value} is no number of rows.");
}
