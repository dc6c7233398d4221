using Measuring;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>Batches of ids from a pool, uniform or by Zipf's law, of very different sizes, at times that mostly go up.</summary>
internal sealed class IdStream
{
    public const int LargestBatch = 2000;

    private readonly Random _random;
    private readonly ZipfRanks? _ranks;

    public IdStream(long pool, bool isZipf, int seed)
    {
        _random = new Random(seed);
        Pool = [0, -1, long.MinValue, long.MaxValue, .. TestTable.Range(1_000_000, (int)pool - 4)];
        _random.Shuffle(Pool);
        if (isZipf) _ranks = new ZipfRanks(Pool.Length, 1);
    }

    /// <summary>Every id that may come.</summary>
    public long[] Pool { get; }

    /// <summary>The event time of the batch.</summary>
    public uint Time { get; private set; } = 1000;

    public long[] Next()
    {
        Time = (uint)(Time + _random.Next(-1, 4));
        var size = _random.Next(8) == 0 ? _random.Next(1, LargestBatch) : _random.Next(1, 300);
        return [.. Enumerable.Range(0, size).Select(_ => Pool[Draw()])];
    }

    private int Draw() => _ranks is null ? _random.Next(Pool.Length) : _ranks.Next(_random) - 1;
}
