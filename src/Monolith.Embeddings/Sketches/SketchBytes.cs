using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Sketches;

/// <summary>
/// A sketch as bytes, little endian: form, version, width, depth, seed, halving, total, how many occurrences are left until the next
/// halving; the counters, seven bits a byte from the lowest up; and the CRC-32C of all before.
/// </summary>
internal static class SketchBytes
{
    private const uint Form = 0x48_53_51_46, Version = 1;
    private const int BitsPerByte = 7, MostBytes = 9;

    public static byte[] Write(FrequencySketchOptions options, long total, long untilHalving, ReadOnlySpan<long> counters)
    {
        var fields = new FieldWriter(64 + counters.Length);
        fields.UInt32(Form);
        fields.UInt32(Version);
        fields.Int32(options.Width);
        fields.Int32(options.Depth);
        fields.UInt64(options.Seed);
        fields.Int64(options.HalveEvery ?? 0);
        fields.Int64(total);
        fields.Int64(untilHalving);
        foreach (var counter in counters) Write(fields, counter);
        fields.UInt32(Crc32C.Hash(fields.Written));
        return fields.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are damaged, or of a sketch with other options.</exception>
    public static (long Total, long UntilHalving) Read(ReadOnlySpan<byte> bytes, FrequencySketchOptions options, Span<long> counters)
    {
        try
        {
            return ReadFields(bytes, options, counters);
        }
        catch (FormatException cause)
        {
            throw new InvalidDataException($"These are not the bytes of a frequency sketch: {cause.Message}", cause);
        }
    }

    private static (long Total, long UntilHalving) ReadFields(
        ReadOnlySpan<byte> bytes, FrequencySketchOptions options, Span<long> counters)
    {
        var fields = new FieldReader(bytes);
        if (fields.UInt32() != Form) throw new FormatException("They begin otherwise.");
        var version = fields.UInt32();
        if (version != Version) throw new FormatException($"Their version is {version}, and this program knows {Version}.");
        if (Crc32C.Hash(bytes[..^sizeof(uint)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]))
            throw new FormatException("Their checksum is another one: they are damaged.");
        RequireSame(ref fields, options);
        var (total, untilHalving) = (fields.Int64(), fields.Int64());
        if (total < 0 || untilHalving < 1 || untilHalving > (options.HalveEvery ?? long.MaxValue))
            throw new FormatException($"{total} occurrences were counted, and {untilHalving} are left until the counts are halved.");
        foreach (ref var counter in counters) counter = Read(ref fields);
        fields.UInt32();
        fields.End();
        return (total, untilHalving);
    }

    private static void RequireSame(ref FieldReader fields, FrequencySketchOptions options)
    {
        var (width, depth, seed, halving) = (fields.Int32(), fields.Int32(), fields.UInt64(), fields.Int64());
        if ((width, depth, seed, halving) == (options.Width, options.Depth, options.Seed, options.HalveEvery ?? 0)) return;
        throw new FormatException(
            $"They are of a sketch with {depth} rows of {width}, the seed {seed} and a halving every {halving} (0: never); this one has "
            + $"{options.Depth} rows of {options.Width}, the seed {options.Seed} and {options.HalveEvery ?? 0}.");
    }

    private static void Write(FieldWriter fields, long counter)
    {
        for (; counter >= 1 << BitsPerByte; counter >>= BitsPerByte) fields.Byte((byte)(counter | (1 << BitsPerByte)));
        fields.Byte((byte)counter);
    }

    private static long Read(ref FieldReader fields)
    {
        var counter = 0L;
        for (var i = 0; i < MostBytes; i++)
        {
            var next = fields.Bytes(1)[0];
            counter |= (long)(next & ~(1 << BitsPerByte)) << (BitsPerByte * i);
            if (next < 1 << BitsPerByte) return counter;
        }
        throw new FormatException($"A counter has more than {MostBytes} bytes.");
    }
}
