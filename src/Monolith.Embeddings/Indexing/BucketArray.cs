using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// The buckets of an index. Immutable in size: growth makes a new one. A thread that has entered the <see cref="Reclaimer"/> may ask for
/// hints without the stripe's lock: what it reads may be half changed, and is no more than a guess.
/// </summary>
internal sealed unsafe class BucketArray : INativeMemory
{
    /// <summary>A hint: the id is likely to be in neither bucket.</summary>
    public const int LikelyAbsent = -1;

    private readonly BucketSegments _segments;

    /// <param name="count">How many buckets.</param>
    /// <param name="pool">Gives the memory.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public BucketArray(uint count, PagePool pool) => (Count, _segments) = (count, new BucketSegments(count, pool));

    public uint Count { get; }

    public long Bytes => _segments.Bytes;

    public Bucket this[uint bucket]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_segments.Address(bucket));
    }

    /// <summary>The buckets, for a loop over many ids.</summary>
    public BucketView View => new(_segments.Pointer, Count);

    /// <summary>Fetches the first bucket of an id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => Memory.Prefetch.Line(_segments.Address(HashParts.First(hash, Count)));

    /// <summary>Fetches the first bucket of each id.</summary>
    public void Prefetch(ulong* hashes, int count)
    {
        var segments = _segments.Pointer;
        var bucketCount = Count;
        for (var i = 0; i < count; i++) Memory.Prefetch.Line(BucketSegments.Address(segments, HashParts.First(hashes[i], bucketCount)));
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
        var segments = _segments.Pointer;
        var bucketCount = Count;
        var strayCount = 0;
        for (var i = 0; i < count; i++)
        {
            var bucket = new Bucket(BucketSegments.Address(segments, HashParts.First(hashes[i], bucketCount)));
            var match = bucket.Match(HashParts.Tag(hashes[i]));
            // Written without a branch on where the id is: that cannot be predicted.
            var handle = bucket.Handle(BitOperations.TrailingZeroCount(match) & (Bucket.Slots - 1));
            guesses[i] = match != 0 ? handle : LikelyAbsent;
            strays[strayCount] = (byte)i;
            strayCount += match == 0 & bucket.MayHaveStray(HashParts.Tag(hashes[i])) ? 1 : 0;
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

    public void Dispose() => _segments.Dispose();

    private Bucket Second(ulong hash) => this[HashParts.Alternate(HashParts.First(hash, Count), HashParts.Tag(hash), Count)];
}
