using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Hashing;

/// <summary>
/// Bijections on 64-bit keys that spread every input bit over all output bits, so that dense, strided or slot-packed ids fill stripes
/// and buckets evenly. A bijection never makes two ids collide.
/// </summary>
internal static class KeyMixer
{
    /// <summary>The increment of the counter-based generators: 2^64 divided by the golden ratio, odd.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Mixes an id. The finalizer of SplitMix64 (Steele, Lea and Flood 2014, with Stafford's constants, variant 13).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong key)
    {
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        return key ^ (key >> 31);
    }

    /// <summary>The inverse of <see cref="Mix"/>.</summary>
    public static ulong Unmix(ulong mixed)
    {
        mixed = (mixed ^ (mixed >> 31) ^ (mixed >> 62)) * 0x319642B2D24D8EC3;
        mixed = (mixed ^ (mixed >> 27) ^ (mixed >> 54)) * 0x96DE1B173F119089;
        return mixed ^ (mixed >> 30) ^ (mixed >> 60);
    }

    /// <summary>The <paramref name="index"/>-th draw of the SplitMix64 sequence that starts at <paramref name="key"/>.</summary>
    public static ulong Draw(ulong key, ulong index) => Mix(key + (index + 1) * Golden);

    /// <summary>Joins two keys into one; not commutative.</summary>
    public static ulong Combine(ulong first, ulong second) => Mix(Mix(first + Golden) ^ second);
}
