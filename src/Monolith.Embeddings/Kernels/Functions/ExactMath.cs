namespace Monolith.Embeddings.Kernels.Functions;

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

    /// <summary>The natural logarithm of 1 + <paramref name="value"/>, which is at least 0; accurate for small ones too.</summary>
    public static double LogOnePlus(double value)
    {
        // Beyond, 1 + value has lost no more than its last bits; below, the argument of the series is at most 0.172, as in Log.
        if (value > 0.414) return Log(1 + value);
        var s = value / (2 + value);
        var square = s * s;
        var sum = 0.0;
        for (var term = 21; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
        return 2 * s * sum;
    }

    /// <summary>e to the power of <paramref name="value"/>; 0 and infinity beyond what a double holds, NaN for NaN.</summary>
    public static double Exp(double value)
    {
        // The natural logarithm of 2 in two parts, the first with zeros at its end, so that exponent * part is exact (fdlibm, e_exp.c).
        const double High = 6.93147180369123816490e-01, Low = 1.90821492927058770002e-10;
        if (value > 709.79) return double.PositiveInfinity;
        if (value < -745.2) return 0;
        if (double.IsNaN(value)) return value;
        var exponent = (int)Math.Floor(value / Ln2 + 0.5);
        var rest = value - exponent * High - exponent * Low;
        // The rest is at most 0.347, so that the power series reaches 1e-17 at its 13th term.
        var sum = 1.0;
        for (var term = 13; term >= 1; term--) sum = 1 + sum * rest / term;
        return sum * PowerOfTwo(exponent / 2) * PowerOfTwo(exponent - exponent / 2);

        // In two factors, because 2^1024 is no double, but the product may be one.
        static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
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

    /// <summary>
    /// A positive, normal <paramref name="value"/> (or 0) to the power of <paramref name="exponent"/>, greater than 0. The relative error
    /// is at most 2^-50 (1 + |ln of the result|).
    /// </summary>
    public static double Power(double value, double exponent)
    {
        // So that the usual exponents, 1 and 2, are as exact as a product.
        const double MostMultiplied = 8;
        if (exponent <= MostMultiplied && exponent == Math.Floor(exponent)) return Power(value, (long)exponent);
        return value == 0 ? 0 : Exp(exponent * Log(value));
    }

    /// <summary>
    /// The cosine of pi times <paramref name="value"/>, which is 0 to 1. Within 2^-52 of the true one, and never beyond -1 or 1.
    /// </summary>
    public static double CosineOfPi(double value)
    {
        // Each difference is exact, and leaves the series an angle of at most a quarter of pi.
        if (value > 0.5) return -CosineOfPi(1 - value);
        return value > 0.25 ? SineSeries(Math.PI * (0.5 - value)) : CosineSeries(Math.PI * value);

        static double CosineSeries(double angle)
        {
            var sum = 1.0;
            for (var term = 16; term >= 2; term -= 2) sum = 1 - sum * angle * angle / (term * (term - 1));
            return sum;
        }

        static double SineSeries(double angle)
        {
            var sum = 1.0;
            for (var term = 17; term >= 3; term -= 2) sum = 1 - sum * angle * angle / (term * (term - 1));
            return angle * sum;
        }
    }
}
