namespace Monolith.Embeddings.Benchmarks.Workloads;

/// <summary>Batches of ids drawn before anything is measured; each call of <see cref="Next"/> hands out another one, so that caches hold no batch.</summary>
internal sealed class IdDraws
{
    public const int BatchSize = 4096;

    private const int Batches = 128;
    private const double ZipfExponent = 0.99;

    private readonly long[] _ids = new long[Batches * BatchSize];
    private int _next;

    /// <param name="rows">The ids with a row are those of the numbers 0 to <paramref name="rows"/> - 1.</param>
    /// <param name="distribution">How often each is drawn.</param>
    /// <param name="hitRate">The share of draws that have a row.</param>
    /// <param name="seed">Where the draws come from.</param>
    public IdDraws(int rows, Distribution distribution = Distribution.Uniform, double hitRate = 1, int seed = 1)
    {
        var random = new Random(seed);
        var cumulative = distribution == Distribution.Zipf ? ZipfWeights(rows) : [];
        for (var i = 0; i < _ids.Length; i++)
        {
            var number = distribution == Distribution.Zipf ? Rank(cumulative, random.NextDouble()) : random.Next(rows);
            _ids[i] = random.NextDouble() < hitRate ? Id(number) : Id(number + rows);
        }
    }

    /// <summary>The id of a row: scattered, and no two alike.</summary>
    public static long Id(int number) => unchecked((long)((ulong)(uint)number * 0x9E3779B97F4A7C15 ^ 0x5DEECE66D));

    public ReadOnlySpan<long> Next()
    {
        _next = (_next + 1) % Batches;
        return _ids.AsSpan(_next * BatchSize, BatchSize);
    }

    private static double[] ZipfWeights(int rows)
    {
        var (cumulative, sum) = (new double[rows], 0.0);
        for (var rank = 0; rank < rows; rank++) cumulative[rank] = sum += Math.Pow(rank + 1, -ZipfExponent);
        return cumulative;
    }

    private static int Rank(double[] cumulative, double draw)
    {
        var place = Array.BinarySearch(cumulative, draw * cumulative[^1]);
        return Math.Min(place < 0 ? ~place : place, cumulative.Length - 1);
    }
}
