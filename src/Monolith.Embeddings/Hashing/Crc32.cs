using System.Buffers.Binary;

namespace Monolith.Embeddings.Hashing;

/// <summary>
/// The CRC-32 of zip files and Ethernet (polynomial 0x04C11DB7, reflected), eight bytes at a time by tables (M. Kounavis, F. Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC Generation", 2008).
/// Thread-safe.
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;

    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of what had <paramref name="checksum"/>, followed by <paramref name="data"/>; that of nothing is 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> data)
    {
        var (state, tables) = (~checksum, Tables);
        for (; data.Length >= Slices; data = data[Slices..])
        {
            var (low, high) = (BinaryPrimitives.ReadUInt32LittleEndian(data) ^ state, BinaryPrimitives.ReadUInt32LittleEndian(data[4..]));
            state = tables[(7 << 8) | (byte)low] ^ tables[(6 << 8) | (byte)(low >> 8)] ^ tables[(5 << 8) | (byte)(low >> 16)] ^ tables[(4 << 8) | (low >> 24)]
                ^ tables[(3 << 8) | (byte)high] ^ tables[(2 << 8) | (byte)(high >> 8)] ^ tables[(1 << 8) | (byte)(high >> 16)] ^ tables[high >> 24];
        }
        foreach (var value in data) state = tables[(byte)(state ^ value)] ^ (state >> 8);
        return ~state;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[Slices << 8];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value >> 1) ^ (Polynomial & (0 - (value & 1)));
            tables[i] = value;
        }
        for (var i = 256; i < tables.Length; i++) tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
