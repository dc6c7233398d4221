using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>The ids of derived slots: hashes by the mixer of the library, over all 64 bits. Stored in tables: they must stay.</summary>
internal static class DerivedIds
{
    private const ulong CrossPurpose = 0x4372_6F73_7365_6400, BucketPurpose = 0x4275_636B_6574_7300;

    /// <summary>Stands for a part without ids: any number, which equals an id of the part by chance alone.</summary>
    private const ulong MissingPart = 0x6A09_E667_F3BC_C908;

    /// <summary>The bucket of a missing value.</summary>
    public const long MissingBucket = -1;

    /// <summary>The bucket of all values before bounds are known.</summary>
    public const long UnknownBucket = -2;

    /// <summary>What the ids of a cross begin with: other parts make other ids.</summary>
    public static ulong CrossOf(string slot, ReadOnlySpan<FeatureSlot> parts)
    {
        var start = KeyMixer.Combine(CrossPurpose, TextHash.Of(slot));
        foreach (var part in parts) start = KeyMixer.Combine(start, TextHash.Of(part.Name));
        return start;
    }

    /// <summary>Goes on with an id of the next part.</summary>
    public static ulong With(ulong cross, long id) => KeyMixer.Combine(cross, (ulong)id);

    /// <summary>Goes on with a part that has no ids.</summary>
    public static ulong WithMissing(ulong cross) => KeyMixer.Combine(cross, MissingPart);

    /// <summary>What the ids of buckets begin with.</summary>
    public static ulong BucketsOf(string slot, string column) =>
        KeyMixer.Combine(KeyMixer.Combine(BucketPurpose, TextHash.Of(slot)), TextHash.Of(column));

    /// <summary>The id of a bucket without bounds: <see cref="MissingBucket"/> or <see cref="UnknownBucket"/>.</summary>
    public static long Bucket(ulong buckets, long bucket) => (long)KeyMixer.Combine(buckets, (ulong)bucket);

    /// <summary>
    /// The id of the bucket of some range, whatever its number: where bounds change, a row keeps its meaning or is a new one.
    /// </summary>
    /// <param name="buckets">What the ids of the slot's buckets begin with.</param>
    /// <param name="lower">The lower bound, minus infinity for the first bucket.</param>
    /// <param name="upper">The upper bound, infinity for the last one.</param>
    public static long Bucket(ulong buckets, float lower, float upper) =>
        (long)KeyMixer.Combine(KeyMixer.Combine(buckets, BitsOf(lower)), BitsOf(upper));

    // Minus zero and zero are one bound.
    private static ulong BitsOf(float bound) => BitConverter.SingleToUInt32Bits(bound + 0f);
}
