using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// The buckets of an index. Immutable in size: growth makes a new one. A reader without the lock may take addresses from it for prefetching,
/// for a prefetch never faults.
/// </summary>
internal sealed unsafe class BucketArray : IDisposable
{
    private readonly NativeBlock _block;
    private readonly byte* _buckets;

    public BucketArray(uint count, MemoryAccount account)
    {
        Count = count;
        _block = account.Allocate(AllocationBytes(count));
        _buckets = _block.Pointer;
    }

    public uint Count { get; }

    public long Bytes => _block.Bytes;

    public Bucket this[uint bucket]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_buckets + (long)bucket * Bucket.Bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => Memory.Prefetch.Line(_buckets + (long)HashParts.First(hash, Count) * Bucket.Bytes);

    public void Dispose() => _block.Dispose();

    private static long AllocationBytes(uint count) => (long)count * Bucket.Bytes;
}
