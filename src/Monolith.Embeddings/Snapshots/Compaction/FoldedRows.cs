using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>The rows of a table on their way into a full: gathered to blocks, as long as they are of one range.</summary>
/// <param name="writer">Writes the file.</param>
/// <param name="section">The section of the table's rows.</param>
/// <param name="recordBytes">The length of a row.</param>
internal sealed class FoldedRows(SnapshotWriter writer, int section, int recordBytes)
{
    private const int BlockBytes = 1 << 18;

    // A file has no rows that are longer than its blocks may be.
    private readonly byte[] _block = new byte[Math.Clamp(recordBytes, BlockBytes, SnapshotFormat.MaxPayloadBytes)];
    private KeyRange _range;
    private int _filled;
    private uint _items;

    /// <summary>How many there were.</summary>
    public long Rows { get; private set; }

    /// <param name="record">The row.</param>
    /// <param name="range">A range that it belongs to.</param>
    public void Add(ReadOnlySpan<byte> record, KeyRange range)
    {
        if (range != _range || _filled + recordBytes > _block.Length) Flush();
        record.CopyTo(_block.AsSpan(_filled));
        _range = range;
        _filled += recordBytes;
        _items++;
        Rows++;
    }

    /// <summary>Writes what was gathered.</summary>
    public void Flush()
    {
        if (_items > 0) writer.WriteBlock(section, _range.First, _range.Last, _items, _block.AsSpan(0, _filled));
        (_filled, _items) = (0, 0);
    }
}
