using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Memory;

public unsafe class PagePoolTests : LeakChecked
{
    private const int PiecesAPage = 16;

    [Test]
    public void Pieces_of_a_page_are_apart_and_the_page_goes_with_the_last_of_them()
    {
        var account = new MemoryAccount(64 << 20);
        var pool = new PagePool(account, sharesPages: true);
        var pieces = Enumerable.Range(0, PiecesAPage + 1).Select(_ => pool.Allocate(PagePool.PieceBytes)).ToArray();
        for (var i = 0; i < pieces.Length; i++) new Span<byte>(pieces[i].Pointer, PagePool.PieceBytes).Fill((byte)i);
        for (var i = 0; i < pieces.Length; i++)
            Assert.That(new Span<byte>(pieces[i].Pointer, PagePool.PieceBytes).IndexOfAnyExcept((byte)i), Is.Negative);
        Assert.That(account.Bytes, Is.EqualTo(2 * LinuxMemory.HugePageBytes));
        Assert.That(pool.IdleBytes, Is.EqualTo(account.Bytes - pieces.Sum(piece => piece.Bytes)));
        pool.Free(pieces[^1]);
        Assert.That(account.Bytes, Is.EqualTo(LinuxMemory.HugePageBytes));
        foreach (var piece in pieces[..^1]) pool.Free(piece);
        Assert.That(account.Bytes + pool.IdleBytes, Is.Zero);
    }

    [Test]
    public void The_fullest_page_gives_the_next_piece()
    {
        var pool = new PagePool(new MemoryAccount(64 << 20), sharesPages: true);
        var pieces = Enumerable.Range(0, 3 * PiecesAPage).Select(_ => pool.Allocate(PagePool.PieceBytes)).ToList();
        foreach (var place in new[] { 1, 2, 20, 40, 41 }) pool.Free(pieces[place]);
        var next = Enumerable.Range(0, 5).Select(_ => pool.Allocate(PagePool.PieceBytes)).ToArray();
        Assert.That(next[0].Page, Is.SameAs(pieces[21].Page));
        Assert.That(next[1].Page, Is.SameAs(next[2].Page), "one page is filled before the next is opened");
        Assert.That(pool.IdleBytes, Is.Zero);
        foreach (var place in new[] { 41, 40, 20, 2, 1 }) pieces.RemoveAt(place);
        foreach (var piece in pieces.Concat(next)) pool.Free(piece);
    }

    [Test]
    public void Other_sizes_and_pools_that_share_nothing_give_blocks([Values] bool sharesPages)
    {
        var account = new MemoryAccount(64 << 20);
        var pool = new PagePool(account, sharesPages);
        var pieces = new[] { pool.Allocate(4096), pool.AllocateZeroed(3 * PagePool.PieceBytes), pool.Allocate(PagePool.PieceBytes) };
        Assert.That(pieces.Select(piece => piece.Page is not null), Is.EqualTo(new[] { false, false, sharesPages }));
        foreach (var piece in pieces) pool.Free(piece);
        Assert.That(account.Bytes, Is.Zero);
    }

    [Test]
    public void A_piece_that_was_used_before_can_be_had_zeroed()
    {
        var pool = new PagePool(new MemoryAccount(64 << 20), sharesPages: true);
        var (kept, used) = (pool.Allocate(PagePool.PieceBytes), pool.Allocate(PagePool.PieceBytes));
        new Span<byte>(used.Pointer, PagePool.PieceBytes).Fill(7);
        pool.Free(used);
        var again = pool.AllocateZeroed(PagePool.PieceBytes);
        Assert.That((nint)again.Pointer, Is.EqualTo((nint)used.Pointer));
        Assert.That(new Span<byte>(again.Pointer, PagePool.PieceBytes).IndexOfAnyExcept((byte)0), Is.Negative);
        pool.Free(again);
        pool.Free(kept);
    }

    [Test]
    public void Threads_never_share_a_piece()
    {
        var account = new MemoryAccount(256 << 20);
        var pool = new PagePool(account, sharesPages: true);
        var wrong = 0;
        Parallel.For(0, 4, thread =>
        {
            var (random, mine) = (new Random(thread), new List<MemoryPiece>());
            for (var step = 0; step < 3000; step++)
            {
                if (mine.Count < 20 && random.Next(2) == 0)
                {
                    mine.Add(pool.Allocate(PagePool.PieceBytes));
                    *(int*)mine[^1].Pointer = thread;
                }
                else if (mine.Count > 0)
                {
                    var piece = mine[random.Next(mine.Count)];
                    if (*(int*)piece.Pointer != thread) Interlocked.Increment(ref wrong);
                    mine.Remove(piece);
                    pool.Free(piece);
                }
            }
            foreach (var piece in mine) pool.Free(piece);
        });
        Assert.That(wrong, Is.Zero);
        Assert.That(account.Bytes + pool.IdleBytes, Is.Zero);
    }
}
