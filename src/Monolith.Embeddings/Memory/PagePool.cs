using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Memory;

/// <summary>
/// Cuts huge pages into pieces, so that a stripe need not fill a page of its own. A piece comes from the fullest page that has one left,
/// and pieces that were taken at about the same time are given back at about the same time, since stripes grow and shrink from their ends:
/// so pages become empty, and go back to the system whole. Other sizes get a block of their own. Thread-safe.
/// </summary>
internal sealed class PagePool
{
    public const int PieceBytes = 128 << 10;

    private readonly Lock _lock = new();
    private readonly LinkedList<SharedPage>[] _byFreeCount = new LinkedList<SharedPage>[SharedPage.Pieces];
    private long _idlePieces;

    /// <param name="account">Pays for the memory.</param>
    /// <param name="sharesPages">False where a page would be much beside the memory limit: then each piece gets a block of its own.</param>
    public PagePool(MemoryAccount account, bool sharesPages)
    {
        (Account, SharesPages) = (account, sharesPages);
        for (var i = 0; i < _byFreeCount.Length; i++) _byFreeCount[i] = [];
    }

    /// <summary>Pays for the memory.</summary>
    public MemoryAccount Account { get; }

    /// <summary>Whether pieces of <see cref="PieceBytes"/> are cut from shared pages.</summary>
    public bool SharesPages { get; }

    /// <summary>The free pieces of pages in use.</summary>
    public long IdleBytes => Volatile.Read(ref _idlePieces) * PieceBytes;

    /// <summary>Memory of at least that size, to be given to <see cref="Free"/>. What it holds is undefined.</summary>
    /// <exception cref="OutOfMemoryException">The limit would be exceeded, or the system has no more; nothing was allocated.</exception>
    public MemoryPiece Allocate(long bytes) =>
        bytes == PieceBytes && SharesPages ? TakePiece() : new MemoryPiece(Account.Allocate(bytes));

    /// <inheritdoc cref="Allocate" path="/exception"/>
    /// <summary>The same, but zeroed.</summary>
    public unsafe MemoryPiece AllocateZeroed(long bytes)
    {
        var piece = Allocate(bytes);
        // Blocks of their own are zeroed as they come.
        if (piece.Page is not null) NativeMemory.Clear(piece.Pointer, (nuint)piece.Bytes);
        return piece;
    }

    public void Free(in MemoryPiece piece)
    {
        if (piece.Page is { } page) Return(page, piece.Place);
        else piece.Block!.Dispose();
    }

    private MemoryPiece TakePiece()
    {
        lock (_lock)
        {
            var page = Fullest() ?? AddPage();
            Unlist(page);
            var piece = page.Take();
            List(page);
            _idlePieces--;
            return piece;
        }
    }

    private void Return(SharedPage page, int place)
    {
        lock (_lock)
        {
            Unlist(page);
            page.Return(place);
            _idlePieces++;
            if (page.FreeCount < SharedPage.Pieces)
            {
                List(page);
                return;
            }
            _idlePieces -= SharedPage.Pieces;
        }
        page.Dispose();
    }

    private SharedPage? Fullest()
    {
        foreach (var pages in _byFreeCount)
        {
            if (pages.First is { } node) return node.Value;
        }
        return null;
    }

    private SharedPage AddPage()
    {
        var page = new SharedPage(Account);
        _idlePieces += SharedPage.Pieces;
        return page;
    }

    // A list holds the pages of one number of free pieces, from one up; full pages and new ones are on none.
    private void List(SharedPage page)
    {
        if (page.FreeCount > 0) _byFreeCount[page.FreeCount - 1].AddFirst(page.Node);
    }

    private static void Unlist(SharedPage page) => page.Node.List?.Remove(page.Node);
}
