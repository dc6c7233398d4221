using Measuring;

namespace Monolith.Embeddings.Benchmarks.Workloads;

/// <summary>
/// Batches of ids drawn before anything is measured; each call of <see cref="Next"/> hands out another one, so that caches hold no batch.
/// </summary>
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
        var ranks = new ZipfRanks(rows, ZipfExponent);
        for (var i = 0; i < _ids.Length; i++)
        {
            var number = distribution == Distribution.Zipf ? ranks.Next(random) - 1 : random.Next(rows);
            _ids[i] = random.NextDouble() < hitRate ? ScatteredIds.Of(number) : ScatteredIds.Of(number + rows);
        }
    }

    public ReadOnlySpan<long> Next()
    {
        _next = (_next + 1) % Batches;
        return _ids.AsSpan(_next * BatchSize, BatchSize);
    }
}
