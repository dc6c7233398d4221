using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// The items of a block of rows or of removals, one after the other. Each begins with an id, which must belong to the range that the block
/// states: compaction goes by that.
/// </summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="block">The block.</param>
/// <param name="itemBytes">The length of an item.</param>
internal ref struct BlockItems(string file, BlockContents block, int itemBytes)
{
    private readonly KeyRange _range = block.Entry.Range;
    private readonly ReadOnlySpan<byte> _items = block.Payload.Span;
    private int _next;

    /// <summary>The bytes of the item.</summary>
    public ReadOnlySpan<byte> Item { get; private set; }

    /// <summary>Its id.</summary>
    public long Id { get; private set; }

    /// <summary>Its id, mixed.</summary>
    public ulong MixedId { get; private set; }

    /// <summary>Requires that all ids of a block belong to its range.</summary>
    /// <exception cref="SnapshotException">One does not.</exception>
    public static void Require(string file, BlockContents block, int itemBytes)
    {
        if (block.Entry.Range == KeyRange.All) return;
        var items = new BlockItems(file, block, itemBytes);
        while (items.MoveNext())
        {
        }
    }

    /// <summary>Moves on to the next item.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="SnapshotException">Its id does not belong to the block's range.</exception>
    public bool MoveNext()
    {
        if (_next == _items.Length) return false;
        Item = _items.Slice(_next, itemBytes);
        _next += itemBytes;
        Id = RecordLayout.Id(Item);
        MixedId = _range.Require(file, Id);
        return true;
    }
}
