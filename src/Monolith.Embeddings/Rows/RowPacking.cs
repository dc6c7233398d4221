using Monolith.Embeddings.Kernels.Halves;

namespace Monolith.Embeddings.Rows;

/// <summary>Moves numbers between their stored form and floats.</summary>
internal static unsafe class RowPacking
{
    /// <param name="parts">Which numbers.</param>
    /// <param name="row">The stored row.</param>
    /// <param name="floats">Receives them, each at its <see cref="RowPart.FloatOffset"/>.</param>
    public static void Unpack(RowPart[] parts, Row row, Span<float> floats)
    {
        foreach (ref readonly var part in parts.AsSpan())
        {
            var destination = floats.Slice(part.FloatOffset, part.Length);
            var stored = row.Address + part.ByteOffset;
            if (part.Precision == RowPrecision.Float32) new ReadOnlySpan<float>(stored, part.Length).CopyTo(destination);
            else if (part.Precision == RowPrecision.Float16)
                HalfConversion.Decode<Float16Format>(new ReadOnlySpan<ushort>(stored, part.Length), destination);
            else HalfConversion.Decode<BFloat16Format>(new ReadOnlySpan<ushort>(stored, part.Length), destination);
        }
    }

    /// <param name="parts">Which numbers.</param>
    /// <param name="floats">The numbers, each at its <see cref="RowPart.FloatOffset"/>.</param>
    /// <param name="row">Receives them.</param>
    /// <param name="key">Of the random bits by which they are rounded; null: to the nearest.</param>
    /// <returns>False where a number of 16 bits has become infinite, or is none; the row then holds anything.</returns>
    public static bool TryPack(RowPart[] parts, ReadOnlySpan<float> floats, Row row, ulong? key)
    {
        foreach (ref readonly var part in parts.AsSpan())
        {
            var source = floats.Slice(part.FloatOffset, part.Length);
            var stored = row.Address + part.ByteOffset;
            if (part.Precision == RowPrecision.Float32) source.CopyTo(new Span<float>(stored, part.Length));
            else if (!TryPackHalves(in part, source, (ushort*)stored, key)) return false;
        }
        return true;
    }

    private static bool TryPackHalves(in RowPart part, ReadOnlySpan<float> floats, ushort* stored, ulong? key)
    {
        // The gap behind an odd number of them: so equal rows have equal bytes.
        if ((part.Length & 1) != 0) stored[part.Length] = 0;
        var words = new Span<ushort>(stored, part.Length);
        return part.Precision == RowPrecision.Float16
            ? TryEncode<Float16Format>(floats, words, key, part.FloatOffset)
            : TryEncode<BFloat16Format>(floats, words, key, part.FloatOffset);
    }

    private static bool TryEncode<TFormat>(ReadOnlySpan<float> floats, Span<ushort> words, ulong? key, int first)
        where TFormat : struct, IHalfFormat => key is { } bits
        ? HalfConversion.TryEncode(new StochasticEncoder<TFormat>(bits), floats, words, (uint)first)
        : HalfConversion.TryEncode(default(NearestEncoder<TFormat>), floats, words);
}
