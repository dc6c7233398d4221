using System.Numerics;

namespace Monolith.Embeddings.Tests.Hashing;

/// <summary>XXH64 word for word after its specification, byte by byte; the oracle of the library's.</summary>
internal static class NaiveXxHash64
{
    private const ulong P1 = 11400714785074694791, P2 = 14029467366897019727, P3 = 1609587929392839161;
    private const ulong P4 = 9650029242287828579, P5 = 2870177450012600261;

    public static ulong Hash(byte[] data, ulong seed)
    {
        var at = 0;
        ulong hash;
        if (data.Length >= 32)
        {
            ulong[] lanes = [seed + P1 + P2, seed + P2, seed, seed - P1];
            for (; at + 32 <= data.Length; at += 32)
            {
                for (var lane = 0; lane < 4; lane++) lanes[lane] = Round(lanes[lane], Word(data, at + 8 * lane, 8));
            }
            hash = Rotate(lanes[0], 1) + Rotate(lanes[1], 7) + Rotate(lanes[2], 12) + Rotate(lanes[3], 18);
            foreach (var lane in lanes) hash = (hash ^ Round(0, lane)) * P1 + P4;
        }
        else
        {
            hash = seed + P5;
        }
        hash += (ulong)data.Length;
        for (; at + 8 <= data.Length; at += 8) hash = Rotate(hash ^ Round(0, Word(data, at, 8)), 27) * P1 + P4;
        for (; at + 4 <= data.Length; at += 4) hash = Rotate(hash ^ (Word(data, at, 4) * P1), 23) * P2 + P3;
        for (; at < data.Length; at++) hash = Rotate(hash ^ (data[at] * P5), 11) * P1;
        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }

    private static ulong Round(ulong lane, ulong input) => Rotate(lane + input * P2, 31) * P1;

    private static ulong Rotate(ulong value, int bits) => BitOperations.RotateLeft(value, bits);

    private static ulong Word(byte[] data, int at, int bytes)
    {
        var word = 0UL;
        for (var i = 0; i < bytes; i++) word |= (ulong)data[at + i] << (8 * i);
        return word;
    }
}
