using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Models.Sections;

/// <summary>Numbers as the bytes of a section, little-endian on every machine.</summary>
internal static class SectionBytes
{
    public static byte[] Of(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Of(ReadOnlySpan<float> values)
    {
        var bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (!BitConverter.IsLittleEndian) SwapEach(bytes);
        return bytes;
    }

    /// <summary>The floats of a section: where they stand, or a copy where the machine orders bytes otherwise.</summary>
    public static ReadOnlySpan<float> ToFloats(ReadOnlySpan<byte> bytes)
    {
        if (BitConverter.IsLittleEndian) return MemoryMarshal.Cast<byte, float>(bytes);
        var swapped = bytes.ToArray();
        SwapEach(swapped);
        return MemoryMarshal.Cast<byte, float>(swapped);
    }

    private static void SwapEach(byte[] bytes)
    {
        var words = MemoryMarshal.Cast<byte, uint>(bytes.AsSpan());
        BinaryPrimitives.ReverseEndianness(words, words);
    }
}
