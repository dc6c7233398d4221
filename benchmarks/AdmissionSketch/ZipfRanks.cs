namespace AdmissionSketch;

/// <summary>Draws ranks from 1 by Zipf's law, by rejection and inversion (Hörmann and Derflinger 1996): no table of probabilities is needed.</summary>
internal sealed class ZipfRanks(int count, double exponent)
{
    private readonly double _first = Integral(1.5, exponent) - 1;
    private readonly double _last = Integral(count + 0.5, exponent);

    public int Count => count;

    public int Next(Random random)
    {
        while (true)
        {
            var u = _last + random.NextDouble() * (_first - _last);
            var x = Math.Pow(1 + u * (1 - exponent), 1 / (1 - exponent));
            var rank = Math.Clamp((int)(x + 0.5), 1, count);
            if (u >= Integral(rank + 0.5, exponent) - Math.Pow(rank, -exponent)) return rank;
        }
    }

    private static double Integral(double x, double exponent) => (Math.Pow(x, 1 - exponent) - 1) / (1 - exponent);
}
