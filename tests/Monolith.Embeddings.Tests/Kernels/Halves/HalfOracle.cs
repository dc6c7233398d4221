using Monolith.Embeddings.Kernels.Halves;

namespace Monolith.Embeddings.Tests.Kernels.Halves;

/// <summary>Words of 16-bit formats by their definition, in doubles: slow, and as simple as can be.</summary>
internal static class HalfOracle
{
    /// <summary>The value of a finite word.</summary>
    public static double Value<TFormat>(ushort word)
        where TFormat : struct, IHalfFormat
    {
        var fractionBits = FractionBits<TFormat>();
        var (exponent, fraction) = ((word & 0x7FFF) >> fractionBits, word & ((1 << fractionBits) - 1));
        var bias = (1 << (14 - fractionBits)) - 1;
        var scale = Math.ScaleB(1, Math.Max(exponent, 1) - bias - fractionBits);
        var magnitude = (exponent == 0 ? fraction : fraction + (1 << fractionBits)) * scale;
        return word >= 0x8000 ? -magnitude : magnitude;
    }

    /// <summary>The value of the next word of larger magnitude; what it would be if the exponent went on, where that is infinite.</summary>
    public static double ValueAbove<TFormat>(ushort word)
        where TFormat : struct, IHalfFormat => Value<TFormat>((ushort)(word + 1));

    /// <summary>The word of largest magnitude that is not beyond a finite float.</summary>
    public static ushort TowardZero<TFormat>(float value)
        where TFormat : struct, IHalfFormat
    {
        var (low, high) = (0, (int)TFormat.Infinity);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Value<TFormat>((ushort)middle) <= Math.Abs((double)value)) low = middle;
            else high = middle;
        }
        return (ushort)(float.IsNegative(value) ? low | 0x8000 : low);
    }

    /// <summary>The part of the way to the next word of larger magnitude, 0 to 1.</summary>
    public static double Part<TFormat>(float value)
        where TFormat : struct, IHalfFormat
    {
        var word = TowardZero<TFormat>(value);
        return (value - Value<TFormat>(word)) / (ValueAbove<TFormat>(word) - Value<TFormat>(word));
    }

    /// <summary>The nearest word to a finite float, the even one of two.</summary>
    public static ushort Nearest<TFormat>(float value)
        where TFormat : struct, IHalfFormat
    {
        var (word, part) = (TowardZero<TFormat>(value), Part<TFormat>(value));
        return part > 0.5 || (part == 0.5 && (word & 1) != 0) ? (ushort)(word + 1) : word;
    }

    private static int FractionBits<TFormat>()
        where TFormat : struct, IHalfFormat => int.TrailingZeroCount((int)TFormat.Infinity);
}
