using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Makes records of a table's rows of records of another table's. Used by one thread.</summary>
/// <param name="rules">The table's rules.</param>
/// <param name="source">What the other table's rows are like, and what is taken of them.</param>
internal sealed unsafe class RowConversion(TableRules rules, RowSource source)
{
    private readonly float[] _floats = new float[source.Layout.FloatCount];
    private readonly PinnedBuffer<byte> _row = ReserveRow(rules.Layout);
    private readonly bool _takesState = source.Segments.Any(s => s.WithState);
    private readonly int _headerBytes = source.HasAll ? RowRecord.HeaderBytes : RowRecord.KeyBytes;

    /// <summary>Converts a row.</summary>
    /// <param name="record">A record of the other table.</param>
    /// <param name="destination">Receives a record of the table.</param>
    /// <returns>Why the table cannot hold the row.</returns>
    public RefusalCause Convert(ReadOnlySpan<byte> record, Span<byte> destination)
    {
        var id = RowRecord.KeyOf(record);
        var stored = record[_headerBytes..];
        var lastUpdate = source.HasAll ? RowRecord.LastUpdateOf(record) : source.LastUpdate;
        RowRecord.Unpack(source.Layout.WeightParts, stored, _floats);
        if (_takesState) RowRecord.Unpack(source.Layout.StateParts, stored, _floats);
        var row = new Row(_row.Pointer);
        var cause = rules.Compose(row, id, _floats, source);
        if (cause != RefusalCause.None) return cause;
        row.Key = id;
        row.LastUpdate = lastUpdate;
        rules.Track(row, 0, lastUpdate);
        if (source.KeepsFrequency) Copy(stored, source.Layout.FrequencyOffset, row, rules.Layout.FrequencyOffset);
        if (source.KeepsAdmissionTime) Copy(stored, source.Layout.AdmissionTimeOffset, row, rules.Layout.AdmissionTimeOffset);
        RowRecord.Write(row, destination);
        return RefusalCause.None;
    }

    private static void Copy(ReadOnlySpan<byte> stored, int from, Row row, int to) =>
        stored.Slice(from - RowLayout.HeaderBytes, sizeof(uint)).CopyTo(new Span<byte>(row.Address + to, sizeof(uint)));

    // Zeroed once: what lies between the numbers of a row is not random.
    private static PinnedBuffer<byte> ReserveRow(RowLayout layout)
    {
        var buffer = new PinnedBuffer<byte>();
        buffer.Reserve(layout.RowBytes);
        new Span<byte>(buffer.Pointer, layout.RowBytes).Clear();
        return buffer;
    }
}
