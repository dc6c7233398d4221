using System.Buffers.Binary;
using System.Numerics;

namespace Monolith.Embeddings.Hashing;

/// <summary>
/// The CRC-32C of Castagnoli (polynomial 0x1EDC6F41, reflected, as in iSCSI, RFC 3720 appendix B.4), which processors compute by
/// themselves. Thread-safe.
/// </summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F63B78, One = 1u << 31;

    // Below this many bytes joining three parts costs more than it gains.
    private const int InterleavedBytes = 4096;

    /// <summary>x to the power of 2^i modulo the polynomial.</summary>
    private static readonly uint[] Squares = MakeSquares();

    /// <summary>The checksum of bytes.</summary>
    public static uint Hash(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The checksum of what had <paramref name="checksum"/>, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> data)
    {
        if (data.Length < InterleavedBytes) return ~Update(~checksum, data);
        // An instruction takes three cycles, but one can begin in each: three parts side by side, then joined.
        var part = data.Length / 3 / sizeof(ulong) * sizeof(ulong);
        var (first, second, third) = Interleave(~checksum, data[..part], data.Slice(part, part), data.Slice(2 * part, part));
        var joined = Combine(Combine(~first, ~second, part), ~third, part);
        return ~Update(~joined, data[(3 * part)..]);
    }

    /// <summary>The checksum of two parts, one after the other, from the checksums of each.</summary>
    /// <param name="first">The checksum of the first part.</param>
    /// <param name="second">The checksum of the second part.</param>
    /// <param name="secondLength">How many bytes the second part has; not negative.</param>
    /// <remarks>Appending bytes multiplies by a power of x, modulo the polynomial (as zlib's <c>crc32_combine</c> does it).</remarks>
    public static uint Combine(uint first, uint second, long secondLength) => Multiply(PowerOfBytes(secondLength), first) ^ second;

    private static uint Update(uint state, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..]) state = BitOperations.Crc32C(state, Word(data, 0));
        foreach (var value in data) state = BitOperations.Crc32C(state, value);
        return state;
    }

    private static (uint, uint, uint) Interleave(uint state, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c)
    {
        uint first = state, second = ~0u, third = ~0u;
        for (var i = 0; i + sizeof(ulong) <= a.Length; i += sizeof(ulong))
        {
            first = BitOperations.Crc32C(first, Word(a, i));
            second = BitOperations.Crc32C(second, Word(b, i));
            third = BitOperations.Crc32C(third, Word(c, i));
        }
        return (first, second, third);
    }

    private static ulong Word(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);

    private static uint PowerOfBytes(long bytes)
    {
        // 8 bits a byte: the exponent is shifted by three.
        var power = One;
        for (var i = 3; bytes > 0; bytes >>= 1, i++)
        {
            if ((bytes & 1) != 0) power = Multiply(Squares[i % Squares.Length], power);
        }
        return power;
    }

    // Polynomials over bits, reflected: the highest bit is the coefficient of x^0.
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (; a != 0; a <<= 1)
        {
            product ^= b & (uint)((int)a >> 31);
            b = (b >> 1) ^ (Polynomial & (0 - (b & 1)));
        }
        return product;
    }

    private static uint[] MakeSquares()
    {
        // x^(2^32 - 1) = 1, so that the squares repeat after 32 of them.
        var squares = new uint[32];
        squares[0] = One >> 1;
        for (var i = 1; i < squares.Length; i++) squares[i] = Multiply(squares[i - 1], squares[i - 1]);
        return squares;
    }
}
