using System.Buffers.Binary;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Folding;

/// <summary>What a folding makes of a table: its rows, and the ids whose rows are gone where it is a delta.</summary>
/// <param name="writer">Writes the file.</param>
/// <param name="table">Which table.</param>
/// <param name="from">How its rows stand in the files that are folded.</param>
/// <param name="to">How they stand in the file.</param>
internal sealed class FoldedTable(SnapshotWriter writer, int table, RecordLayout from, RecordLayout to)
{
    private readonly FoldedItems _rows = new(writer, writer.AddSection(TableSections.Rows(table)), to.RecordBytes);
    private readonly FoldedItems _removed = new(writer, writer.AddSection(TableSections.Removed(table)), sizeof(long));

    /// <summary>How many rows there were.</summary>
    public long Rows => _rows.Count;

    /// <param name="record">The row.</param>
    /// <param name="range">A range that it belongs to.</param>
    public void AddRow(ReadOnlySpan<byte> record, KeyRange range) => to.Write(from, record, _rows.Add(range));

    /// <param name="id">An id whose row is gone.</param>
    /// <param name="range">A range that it belongs to.</param>
    public void AddRemoved(long id, KeyRange range) => BinaryPrimitives.WriteInt64LittleEndian(_removed.Add(range), id);

    /// <summary>Writes what was gathered.</summary>
    public void Flush()
    {
        _rows.Flush();
        _removed.Flush();
    }
}
