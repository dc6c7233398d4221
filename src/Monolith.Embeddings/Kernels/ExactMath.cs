namespace Monolith.Embeddings.Kernels;

/// <summary>
/// Functions made of + - x / alone, so that they give the same bits on every machine; the C library's differ between systems. Accurate
/// to a few units in the last place of a double.
/// </summary>
internal static class ExactMath
{
    private const double Ln2 = 0.6931471805599453094;
    private const double SqrtHalf = 0.70710678118654752440;

    /// <summary>The natural logarithm of a positive, normal number.</summary>
    public static double Log(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) - 1022;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000);
        if (mantissa < SqrtHalf)
        {
            mantissa *= 2;
            exponent--;
        }
        // ln m = 2 artanh((m - 1) / (m + 1)); the argument is at most 0.172, so that 11 terms reach 1e-18.
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var term = 21; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
        return exponent * Ln2 + 2 * s * sum;
    }

    /// <summary><paramref name="value"/> to a whole power of at least 0, by repeated squaring.</summary>
    public static double Power(double value, long exponent)
    {
        var result = 1.0;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0) result *= value;
            value *= value;
        }
        return result;
    }
}
