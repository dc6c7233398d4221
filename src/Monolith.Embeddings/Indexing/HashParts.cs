using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// What the index takes from a mixed id: bits 0 to 31 choose the first bucket, bits 32 to 47 are the tag. The stripe is chosen by the
/// bits from 63 down, at most ten, so that the three are independent.
/// </summary>
internal static class HashParts
{
    private const uint TagMultiplier = 0x9E3779B1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Tag(ulong hash)
    {
        // 0 becomes 1 without a branch.
        var tag = (uint)(ushort)(hash >> 32);
        return (ushort)(tag + (tag - 1 >> 31));
    }

    /// <summary>The first bucket among <paramref name="bucketCount"/>, which need not be a power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint First(ulong hash, uint bucketCount) => Scale((uint)hash, bucketCount);

    /// <summary>The other bucket of a tag: H(tag) - bucket mod n, so that applying it twice leads back without knowing the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Alternate(uint bucket, ushort tag, uint bucketCount)
    {
        var sum = Scale(tag * TagMultiplier, bucketCount);
        return sum >= bucket ? sum - bucket : sum + bucketCount - bucket;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Scale(uint value, uint range) => (uint)(((ulong)value * range) >> 32);
}
