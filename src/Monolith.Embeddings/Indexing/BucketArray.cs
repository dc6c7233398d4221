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

    /// <summary>Fetches the first bucket of each id.</summary>
    public void Prefetch(ulong* hashes, int count)
    {
        var buckets = _buckets;
        var bucketCount = Count;
        for (var i = 0; i < count; i++) Memory.Prefetch.Line(buckets + (long)HashParts.First(hashes[i], bucketCount) * Bucket.Bytes);
    }

    /// <summary>
    /// Looks for ids in their first buckets, and fetches the second bucket of those that may be there.
    /// </summary>
    /// <param name="hashes">The mixed ids.</param>
    /// <param name="guesses">Receives the likely handle of each, or <see cref="LikelyAbsent"/>.</param>
    /// <param name="strays">Receives the places of those to be asked for by <see cref="GuessSecond"/>.</param>
    /// <param name="count">How many, at most 256.</param>
    /// <returns>How many strays.</returns>
    public int GuessFirst(ulong* hashes, int* guesses, byte* strays, int count)
    {
        var buckets = _buckets;
        var bucketCount = Count;
        var strayCount = 0;
        for (var i = 0; i < count; i++)
        {
            var bucket = new Bucket(buckets + (long)HashParts.First(hashes[i], bucketCount) * Bucket.Bytes);
            var match = bucket.Match(HashParts.Tag(hashes[i]));
            // Written without a branch on where the id is: that cannot be predicted.
            var handle = bucket.Handle(BitOperations.TrailingZeroCount(match) & (Bucket.Slots - 1));
            guesses[i] = match != 0 ? handle : LikelyAbsent;
            strays[strayCount] = (byte)i;
            strayCount += match == 0 & bucket.StrayCount != 0 ? 1 : 0;
        }
        for (var i = 0; i < strayCount; i++) Memory.Prefetch.Line(Second(hashes[strays[i]]).Address);
        return strayCount;
    }

    /// <summary>Looks for strays in their second buckets.</summary>
    public void GuessSecond(ulong* hashes, int* guesses, ReadOnlySpan<byte> strays)
    {
        foreach (var stray in strays)
        {
            var bucket = Second(hashes[stray]);
            var match = bucket.Match(HashParts.Tag(hashes[stray]));
            guesses[stray] = match != 0 ? bucket.Handle(BitOperations.TrailingZeroCount(match)) : LikelyAbsent;
        }
    }

    public void Dispose() => _block.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Address(uint bucket) => _buckets + (long)bucket * Bucket.Bytes;

    private Bucket Second(ulong hash) => this[HashParts.Alternate(HashParts.First(hash, Count), HashParts.Tag(hash), Count)];
}
