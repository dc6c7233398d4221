using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Folding;

/// <summary>Items of a table on their way into a section of a file: gathered to blocks, as long as they are of one range.</summary>
/// <param name="writer">Writes the file.</param>
/// <param name="section">The section.</param>
/// <param name="itemBytes">The length of an item.</param>
internal sealed class FoldedItems(SnapshotWriter writer, int section, int itemBytes)
{
    private const int BlockBytes = 1 << 18;

    // A file has no rows that are longer than its blocks may be.
    private readonly byte[] _block = new byte[Math.Clamp(itemBytes, BlockBytes, SnapshotFormat.MaxPayloadBytes)];
    private KeyRange _range;
    private int _filled;
    private uint _items;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an item, whose bytes the caller writes to the span before it adds the next.</summary>
    /// <param name="range">A range that it belongs to.</param>
    public Span<byte> Add(KeyRange range)
    {
        if (range != _range || _filled + itemBytes > _block.Length) Flush();
        var item = _block.AsSpan(_filled, itemBytes);
        _range = range;
        _filled += itemBytes;
        _items++;
        Count++;
        return item;
    }

    /// <summary>Writes what was gathered.</summary>
    public void Flush()
    {
        if (_items > 0) writer.WriteBlock(section, _range.First, _range.Last, _items, _block.AsSpan(0, _filled));
        (_filled, _items) = (0, 0);
    }
}
