using Measuring;

namespace TableRatios.Workloads;

/// <summary>Batches of row numbers, drawn before any measurement, and the ids that own those rows.</summary>
internal sealed class IdBatches
{
    private readonly int[] _numbers;
    private readonly long[] _ids;
    private readonly int _size;

    private IdBatches(int size, int[] numbers, Func<int, long> id)
    {
        (_size, _numbers) = (size, numbers);
        _ids = [.. numbers.Select(id)];
    }

    public int Count => _numbers.Length / _size;

    public ReadOnlySpan<int> Numbers(int batch) => _numbers.AsSpan(batch % Count * _size, _size);

    public ReadOnlySpan<long> Ids(int batch) => _ids.AsSpan(batch % Count * _size, _size);

    /// <summary>An id that no row has.</summary>
    public static long AbsentId(int number) => ScatteredIds.Of(number + int.MinValue);

    public static IdBatches Uniform(int rows, int size, int batches, Random random, bool absent = false) =>
        new(size, [.. Enumerable.Range(0, size * batches).Select(_ => random.Next(rows))], absent ? AbsentId : ScatteredIds.Of);

    /// <summary>By Zipf's law with exponent 0.99; popular rows lie scattered.</summary>
    public static IdBatches Zipf(int rows, int size, int batches, Random random)
    {
        var ranks = new ZipfRanks(rows, 0.99);
        return new(size, [.. Enumerable.Range(0, size * batches).Select(_ => (int)((ranks.Next(random) - 1) * 2654435761L % rows))],
            ScatteredIds.Of);
    }
}
