using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// The buckets of an index. Immutable in size: growth makes a new one. A thread that has entered the <see cref="Reclaimer"/> may ask for hints
/// without the stripe's lock: what it reads may be half changed, and is no more than a guess.
/// </summary>
internal sealed unsafe class BucketArray : IDisposable
{
    /// <summary>A hint: the id is likely to be in neither bucket.</summary>
    public const int LikelyAbsent = -1;

    /// <summary>A hint: the id may be in its second bucket, which is being fetched.</summary>
    public const int AskSecond = -2;

    private readonly NativeBlock _block;
    private readonly byte* _buckets;

    public BucketArray(uint count, MemoryAccount account)
    {
        Count = count;
        _block = account.Allocate((long)count * Bucket.Bytes);
        _buckets = _block.Pointer;
    }

    public uint Count { get; }

    public long Bytes => _block.Bytes;

    public Bucket this[uint bucket]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Address(bucket));
    }

    /// <summary>Fetches the first bucket of an id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => Memory.Prefetch.Line(Address(HashParts.First(hash, Count)));

    /// <summary>The likely handle of an id by its first bucket, <see cref="LikelyAbsent"/>, or <see cref="AskSecond"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int GuessFirst(ulong hash)
    {
        var first = HashParts.First(hash, Count);
        var bucket = this[first];
        var match = bucket.Match(HashParts.Tag(hash));
        if (match != 0) return bucket.Handle(BitOperations.TrailingZeroCount(match));
        if (bucket.StrayCount == 0) return LikelyAbsent;
        Memory.Prefetch.Line(Address(HashParts.Alternate(first, HashParts.Tag(hash), Count)));
        return AskSecond;
    }

    /// <summary>The likely handle of an id by its second bucket, or <see cref="LikelyAbsent"/>.</summary>
    public int GuessSecond(ulong hash)
    {
        var bucket = this[HashParts.Alternate(HashParts.First(hash, Count), HashParts.Tag(hash), Count)];
        var match = bucket.Match(HashParts.Tag(hash));
        return match != 0 ? bucket.Handle(BitOperations.TrailingZeroCount(match)) : LikelyAbsent;
    }

    public void Dispose() => _block.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Address(uint bucket) => _buckets + (long)bucket * Bucket.Bytes;
}
