using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Halves;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// Moves the numbers of some rows between their stored form and floats, part by part: the same as <see cref="RowPacking"/>, which asks for
/// each row how a part is stored.
/// </summary>
internal static unsafe class BlockPacking
{
    /// <summary>Unpacks rows.</summary>
    /// <param name="layout">How they are stored.</param>
    /// <param name="rows">The stored rows, each from its first number, [count].</param>
    /// <param name="count">How many.</param>
    /// <param name="floats">Receives the numbers of the first row, each at its <see cref="RowPart.FloatOffset"/>.</param>
    /// <param name="stride">The distance of two rows of floats.</param>
    public static void Unpack(RowLayout layout, float** rows, int count, float* floats, nint stride)
    {
        foreach (ref readonly var part in layout.HalfParts.AsSpan())
        {
            if (part.Precision == RowPrecision.Float16) Decode<Float16Format>(in part, rows, count, floats, stride);
            else Decode<BFloat16Format>(in part, rows, count, floats, stride);
        }
        foreach (ref readonly var part in layout.FloatParts.AsSpan())
        {
            for (var row = 0; row < count; row++)
                FloatCopy.Copy(Stored(rows[row], in part), new Span<float>(floats + row * stride + part.FloatOffset, part.Length));
        }
    }

    /// <summary>Packs the parts of rows that are stored in 16 bits.</summary>
    /// <param name="layout">How rows are stored.</param>
    /// <param name="floats">The numbers of the first row, each at its <see cref="RowPart.FloatOffset"/>.</param>
    /// <param name="stride">The distance of two rows of floats.</param>
    /// <param name="keys">Of the random bits by which each row is rounded, at most 32 rows.</param>
    /// <param name="packed">The first row that receives those parts; the others follow.</param>
    /// <returns>A bit for each row of which a number has become infinite, or is none.</returns>
    public static uint PackHalves(RowLayout layout, float* floats, nint stride, ReadOnlySpan<ulong> keys, Row packed)
    {
        var overflowing = 0u;
        foreach (ref readonly var part in layout.HalfParts.AsSpan())
        {
            var from = floats + part.FloatOffset;
            var to = packed.Address + part.ByteOffset;
            overflowing |= part.Precision == RowPrecision.Float16
                ? Encode<Float16Format>(in part, from, stride, keys, to, layout.RowBytes)
                : Encode<BFloat16Format>(in part, from, stride, keys, to, layout.RowBytes);
        }
        return overflowing;
    }

    /// <summary>Stores a row: the parts of 16 bits as they were packed, the others from the floats.</summary>
    /// <param name="layout">How it is stored.</param>
    /// <param name="floats">The numbers.</param>
    /// <param name="packed">The packed parts.</param>
    /// <param name="row">Receives all, from its first number on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(RowLayout layout, float* floats, Row packed, float* row)
    {
        foreach (ref readonly var part in layout.HalfParts.AsSpan())
        {
            // In whole floats: behind an odd number of words is a gap of one.
            FloatCopy.Copy((float*)(packed.Address + part.ByteOffset), new Span<float>(Stored(row, in part), (part.Length + 1) / 2));
        }
        foreach (ref readonly var part in layout.FloatParts.AsSpan())
            FloatCopy.Copy(floats + part.FloatOffset, new Span<float>(Stored(row, in part), part.Length));
    }

    private static void Decode<TFormat>(in RowPart part, float** rows, int count, float* floats, nint stride)
        where TFormat : struct, IHalfFormat
    {
        for (var row = 0; row < count; row++)
        {
            HalfConversion.Decode<TFormat>(
                new ReadOnlySpan<ushort>(Stored(rows[row], in part), part.Length),
                new Span<float>(floats + row * stride + part.FloatOffset, part.Length));
        }
    }

    private static uint Encode<TFormat>(in RowPart part, float* from, nint stride, ReadOnlySpan<ulong> keys, byte* to, nint rowBytes)
        where TFormat : struct, IHalfFormat
    {
        var (overflowing, length) = (0u, part.Length);
        for (var row = 0; row < keys.Length; row++, from += stride, to += rowBytes)
        {
            var words = new Span<ushort>(to, length);
            // The gap behind an odd number of them: so equal rows have equal bytes.
            if ((length & 1) != 0) ((ushort*)to)[length] = 0;
            var encoder = new StochasticEncoder<TFormat>(keys[row]);
            if (!HalfConversion.TryEncode(in encoder, new ReadOnlySpan<float>(from, length), words, (uint)part.FloatOffset))
                overflowing |= 1u << row;
        }
        return overflowing;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Stored(float* row, in RowPart part) => (float*)((byte*)row + part.ByteOffset - RowLayout.HeaderBytes);
}
