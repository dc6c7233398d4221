using System.Buffers.Binary;
using System.Numerics;

namespace Monolith.Embeddings.Hashing;

/// <summary>
/// The 64-bit xxHash (Yann Collet, algorithm XXH64): equal, bit for bit, to the published reference and to every other implementation
/// of it, so that ids made here can be made again by any program that feeds the same stream. Thread-safe.
/// </summary>
public static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87, Prime2 = 0xC2B2AE3D27D4EB4F, Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63, Prime5 = 0x27D4EB2F165667C5;
    private const int StripeBytes = 32;

    /// <summary>Hashes bytes.</summary>
    /// <param name="data">What to hash; may be empty.</param>
    /// <param name="seed">The seed of the algorithm; 0 is what most programs use.</param>
    /// <returns>The hash as the reference's 64-bit integer.</returns>
    public static ulong Hash(ReadOnlySpan<byte> data, ulong seed = 0)
    {
        var length = (ulong)data.Length;
        ulong hash;
        if (data.Length < StripeBytes) hash = seed + Prime5;
        else hash = ConsumeStripes(ref data, seed);
        return Avalanche(ConsumeTail(data, hash + length));
    }

    private static ulong ConsumeStripes(ref ReadOnlySpan<byte> data, ulong seed)
    {
        ulong a = seed + Prime1 + Prime2, b = seed + Prime2, c = seed, d = seed - Prime1;
        for (; data.Length >= StripeBytes; data = data[StripeBytes..])
        {
            a = Round(a, Read64(data));
            b = Round(b, Read64(data[8..]));
            c = Round(c, Read64(data[16..]));
            d = Round(d, Read64(data[24..]));
        }
        var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
            + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        return Merge(Merge(Merge(Merge(hash, a), b), c), d);
    }

    private static ulong ConsumeTail(ReadOnlySpan<byte> data, ulong hash)
    {
        for (; data.Length >= 8; data = data[8..])
            hash = BitOperations.RotateLeft(hash ^ Round(0, Read64(data)), 27) * Prime1 + Prime4;
        if (data.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime1, 23) * Prime2 + Prime3;
            data = data[4..];
        }
        foreach (var value in data)
            hash = BitOperations.RotateLeft(hash ^ value * Prime5, 11) * Prime1;
        return hash;
    }

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    private static ulong Round(ulong accumulator, ulong input) =>
        BitOperations.RotateLeft(accumulator + input * Prime2, 31) * Prime1;

    private static ulong Merge(ulong hash, ulong accumulator) => (hash ^ Round(0, accumulator)) * Prime1 + Prime4;

    private static ulong Read64(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt64LittleEndian(data);
}
