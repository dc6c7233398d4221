namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>
/// The logistic function and its loss, made of + - x / and fused multiply-add alone, so that they give the same bits on every machine.
/// Accurate to a few units in the last place of a double, for logits of any finite size.
/// </summary>
internal static class Logistic
{
    private const double InverseLn2 = 1.4426950408889634074;

    // ln 2 in two parts (fdlibm): a whole number times the first is exact.
    private const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Below this, e^x is less than the smallest normal double and counts as 0.</summary>
    private const double MinExponent = -708;

    /// <summary>1 / n! from n = 13 down to 0.</summary>
    private static ReadOnlySpan<double> InverseFactorials =>
    [
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
        1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1,
    ];

    /// <summary>1 / (1 + e^-x).</summary>
    public static double Sigmoid(double logit)
    {
        var power = NegativeExp(-Math.Abs(logit));
        return (logit < 0 ? power : 1) / (1 + power);
    }

    /// <summary>1 / (1 + e^-x), rounded from the double.</summary>
    public static float Sigmoid(float logit) => (float)Sigmoid((double)logit);

    /// <summary>
    /// The loss -y ln p - (1 - y) ln(1 - p) of p = <see cref="Sigmoid(double)"/>, as max(x, 0) - x y + ln(1 + e^-|x|), which neither
    /// overflows nor loses digits.
    /// </summary>
    /// <param name="logit">x.</param>
    /// <param name="label">y, 0 to 1.</param>
    public static double LogLoss(double logit, double label)
    {
        // The first two terms cancel where the label agrees with the sign: then each is made by itself, exactly.
        var linear = logit > 0 ? logit * (1 - label) : -logit * label;
        return linear + LogOnePlus(NegativeExp(-Math.Abs(logit)));
    }

    /// <summary>e^x for x at most 0 (NaN for NaN).</summary>
    internal static double NegativeExp(double value)
    {
        if (value < MinExponent) return 0;
        if (double.IsNaN(value)) return value;
        // e^x = 2^n e^r with |r| at most ln(2) / 2, where 14 terms of the series reach 1e-17.
        var whole = Math.Floor(Math.FusedMultiplyAdd(value, InverseLn2, 0.5));
        var rest = Math.FusedMultiplyAdd(-whole, Ln2Low, Math.FusedMultiplyAdd(-whole, Ln2High, value));
        var sum = 0.0;
        foreach (var coefficient in InverseFactorials) sum = Math.FusedMultiplyAdd(sum, rest, coefficient);
        return sum * BitConverter.Int64BitsToDouble(((long)whole + 1023) << 52);
    }

    /// <summary>ln(1 + x) for x from 0 to 1.</summary>
    internal static double LogOnePlus(double value)
    {
        // ln(1 + x) = 2 artanh(x / (2 + x)); from sqrt(2) - 1 on, ln 2 is taken out first, so that the argument is at most 0.172.
        var isLarge = value > 0.41421356237309504880;
        var s = isLarge ? (value - 1) / (value + 3) : value / (value + 2);
        var square = s * s;
        var sum = 0.0;
        for (var term = 21; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
        return (isLarge ? Ln2High + Ln2Low : 0) + 2 * s * sum;
    }
}
