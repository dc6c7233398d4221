namespace Measuring;

/// <summary>
/// Draws ranks by Zipf's law: rank r, from 1, in proportion to r^-exponent. By rejection and inversion (Hörmann and Derflinger 1996): no
/// table of probabilities is needed. Thread-safe, for callers with random numbers of their own.
/// </summary>
/// <param name="count">How many ranks there are, at least 1.</param>
/// <param name="exponent">Greater than 0.</param>
public sealed class ZipfRanks(int count, double exponent)
{
    private readonly double _first = Integral(1.5, exponent) - 1;
    private readonly double _last = Integral(count + 0.5, exponent);

    /// <summary>How many ranks there are.</summary>
    public int Count => count;

    /// <summary>A rank from 1 to <see cref="Count"/>.</summary>
    public int Next(Random random)
    {
        while (true)
        {
            var u = _last + random.NextDouble() * (_first - _last);
            var rank = Math.Clamp((int)(Inverse(u) + 0.5), 1, count);
            if (u >= Integral(rank + 0.5, exponent) - Math.Pow(rank, -exponent)) return rank;
        }
    }

    private double Inverse(double u) => exponent == 1 ? Math.Exp(u) : Math.Pow(1 + u * (1 - exponent), 1 / (1 - exponent));

    // Of x^-exponent, from 1.
    private static double Integral(double x, double exponent) =>
        exponent == 1 ? Math.Log(x) : (Math.Pow(x, 1 - exponent) - 1) / (1 - exponent);
}
