using Monolith.Embeddings.Tests.Hashing;

namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>Makes ids whose mixed bits have a shape.</summary>
internal static class HashShapes
{
    private const ulong Tag = 0x1234UL << 32;
    private const uint Bucket = 0x89AB_CDEF;

    /// <summary>Ids, all different, whose mixed bits lie so.</summary>
    public static long[] Ids(HashShape shape, int count) =>
        [.. Enumerable.Range(0, count).Select(i => KeyUnmixer.Id(Mixed(shape, (uint)i)))];

    // The upper 16 bits belong to the stripe, and to the key alone here.
    private static ulong Mixed(HashShape shape, uint i) => shape switch
    {
        HashShape.OnePairOneTag => (ulong)i << 48 | Tag | Bucket,
        HashShape.OneBucketFewTags => (ulong)(i / 5) << 48 | (1UL + i % 5) << 32 | Bucket,
        HashShape.OnePairWhileSmall => Tag | (i * 0x9E37_79B1u & 0x07FF_FFFF),
        _ => Embeddings.Hashing.KeyMixer.Mix(i),
    };
}
