using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// Eight mixed ids in one cache line. An empty place holds an id that cannot live in this bucket, because both of its buckets are others:
/// so every id is legal, and nothing stands beside the ids.
/// </summary>
internal readonly unsafe struct KeyLine(ulong* keys)
{
    public const int Bytes = 64;
    public const int Slots = 8;

    public ulong* Address => keys;

    public ref ulong this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref keys[slot];
    }

    /// <summary>
    /// What an empty place of a bucket holds. Id 0 lives in bucket 0 alone, and the largest one in the last; there are two buckets or more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Empty(uint bucket) => bucket == 0 ? ulong.MaxValue : 0;

    /// <summary>A bit for each place that holds the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Match(ulong key)
    {
        if (Vector512.IsHardwareAccelerated)
            return (uint)Vector512.Equals(Vector512.LoadAligned(keys), Vector512.Create(key)).ExtractMostSignificantBits();
        if (Vector256.IsHardwareAccelerated)
        {
            var wanted = Vector256.Create(key);
            return Vector256.Equals(Vector256.LoadAligned(keys), wanted).ExtractMostSignificantBits()
                | Vector256.Equals(Vector256.LoadAligned(keys + Vector256<ulong>.Count), wanted)
                .ExtractMostSignificantBits() << Vector256<ulong>.Count;
        }
        var mask = 0u;
        for (var slot = 0; slot < Slots; slot++)
        {
            if (keys[slot] == key) mask |= 1u << slot;
        }
        return mask;
    }
}
