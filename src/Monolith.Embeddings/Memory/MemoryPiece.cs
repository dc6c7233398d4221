namespace Monolith.Embeddings.Memory;

/// <summary>Memory from a <see cref="PagePool"/>: a block of its own, or a piece of a page that is shared.</summary>
internal readonly unsafe struct MemoryPiece
{
    public MemoryPiece(NativeBlock block)
    {
        Pointer = block.Pointer;
        Bytes = block.Bytes;
        Block = block;
    }

    public MemoryPiece(SharedPage page, int place)
    {
        Pointer = page.Address(place);
        Bytes = PagePool.PieceBytes;
        Page = page;
        Place = place;
    }

    public byte* Pointer { get; }

    public long Bytes { get; }

    /// <summary>Its own block; null where it is a piece of a page.</summary>
    public NativeBlock? Block { get; }

    /// <summary>The page that it is a piece of; null where it has a block of its own.</summary>
    public SharedPage? Page { get; }

    /// <summary>Its place in the page.</summary>
    public int Place { get; }
}
