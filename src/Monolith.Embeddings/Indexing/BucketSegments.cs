using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// The memory of buckets, in segments: each is a piece of a huge page that is shared with rows and other stripes. So a small index has huge
/// pages too, and what growth leaves behind is used again without asking the system.
/// </summary>
internal sealed unsafe class BucketSegments : INativeMemory
{
    private const uint BucketsEach = PagePool.PieceBytes / Bucket.Bytes;

    private readonly PagePool _pool;
    private readonly MemoryPiece[] _pieces;
    private readonly PinnedBuffer<nint> _addresses = new();

    public BucketSegments(uint count, PagePool pool)
    {
        _pool = pool;
        var segments = (int)((count + BucketsEach - 1) / BucketsEach);
        _pieces = new MemoryPiece[pool.SharesPages ? segments : 1];
        _addresses.Reserve(segments);
        try
        {
            Allocate((long)count * Bucket.Bytes);
        }
        catch
        {
            Dispose();
            throw;
        }
        // Without shared pages the segments lie in one block.
        for (var i = 0; i < segments; i++)
            Pointer[i] = _pieces.Length == 1 ? _pieces[0].Pointer + i * PagePool.PieceBytes : _pieces[i].Pointer;
    }

    public long Bytes { get; private set; }

    /// <summary>The addresses of the segments. They stay in place as long as this object is reachable.</summary>
    public byte** Pointer => (byte**)_addresses.Pointer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Address(byte** segments, uint bucket) => segments[bucket / BucketsEach] + bucket % BucketsEach * Bucket.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Address(uint bucket) => Address(Pointer, bucket);

    public void Dispose()
    {
        foreach (ref var piece in _pieces.AsSpan())
        {
            if (piece.Bytes > 0) _pool.Free(piece);
            piece = default;
        }
        Bytes = 0;
    }

    private void Allocate(long bytes)
    {
        foreach (ref var piece in _pieces.AsSpan())
        {
            piece = _pool.AllocateZeroed(_pieces.Length == 1 ? bytes : PagePool.PieceBytes);
            Bytes += piece.Bytes;
        }
    }
}
