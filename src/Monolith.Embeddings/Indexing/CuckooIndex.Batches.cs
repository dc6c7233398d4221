using System.Numerics;
using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Indexing;

/// <summary>Removals and moves of many rows: a few at a time, so that the memory is asked for all of their buckets at once.</summary>
internal sealed partial class CuckooIndex
{
    private const int IdsTogether = 256, BucketWindow = 24;

    /// <summary>Removes the ids of rows.</summary>
    [SkipLocalsInit]
    public unsafe void RemoveAll(ReadOnlySpan<int> handles)
    {
        Span<ulong> hashes = stackalloc ulong[IdsTogether];
        Span<nint> holders = stackalloc nint[IdsTogether];
        for (; !handles.IsEmpty; handles = handles[Math.Min(IdsTogether, handles.Length)..])
        {
            var together = handles[..Math.Min(IdsTogether, handles.Length)];
            FindHolders(together, hashes, holders);
            for (var i = 0; i < together.Length; i++)
            {
                var bucket = new Bucket((byte*)holders[i]);
                var match = bucket.Match(HashParts.Tag(hashes[i]), together[i]);
                if (match != 0) RemoveFrom(bucket, BitOperations.TrailingZeroCount(match), hashes[i]);
                else RemoveOverflow(_rows[together[i]].Key, hashes[i]);
            }
        }
    }

    /// <summary>Says that rows move, before they do.</summary>
    /// <param name="from">Where they are.</param>
    /// <param name="to">Where they will be, in the same order: none of <paramref name="from"/>.</param>
    [SkipLocalsInit]
    public unsafe void MoveAll(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        Span<ulong> hashes = stackalloc ulong[IdsTogether];
        Span<nint> holders = stackalloc nint[IdsTogether];
        for (var start = 0; start < from.Length; start += IdsTogether)
        {
            var together = from[start..Math.Min(start + IdsTogether, from.Length)];
            FindHolders(together, hashes, holders);
            for (var i = 0; i < together.Length; i++)
            {
                var bucket = new Bucket((byte*)holders[i]);
                var match = bucket.Match(HashParts.Tag(hashes[i]), together[i]);
                if (match != 0) bucket.Handle(BitOperations.TrailingZeroCount(match)) = to[start + i];
                else _overflow!.Set(unchecked((ulong)_rows[together[i]].Key), to[start + i]);
            }
        }
    }

    // Finds the bucket of each id, and fetches it. The window is made of ids whose first buckets are on their way.
    private unsafe void FindHolders(ReadOnlySpan<int> handles, Span<ulong> hashes, Span<nint> holders)
    {
        var rows = _rows.View;
        var buckets = _buckets.View;
        for (var i = 0; i < handles.Length + BucketWindow; i++)
        {
            if (i < handles.Length)
            {
                hashes[i] = HashOf(rows[handles[i]].Key);
                Memory.Prefetch.Line(buckets.First(hashes[i]).Address);
            }
            if (i < BucketWindow) continue;
            var holder = buckets.Holder(hashes[i - BucketWindow], handles[i - BucketWindow]).Address;
            Memory.Prefetch.Line(holder);
            holders[i - BucketWindow] = (nint)holder;
        }
    }
}
