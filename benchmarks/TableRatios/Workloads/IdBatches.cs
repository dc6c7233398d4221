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

    /// <summary>The id of a row: a bijection that leaves nothing dense.</summary>
    public static long Id(int number) => unchecked((long)((ulong)(uint)number * 0x9E3779B97F4A7C15 ^ 0x5DEECE66D));

    /// <summary>An id that no row has.</summary>
    public static long AbsentId(int number) => Id(number + int.MinValue);

    public static IdBatches Uniform(int rows, int size, int batches, Random random, bool absent = false) =>
        new(size, [.. Enumerable.Range(0, size * batches).Select(_ => random.Next(rows))], absent ? AbsentId : Id);

    /// <summary>Zipf with exponent 0.99, by the method of Gray et al. 1994; popular rows lie scattered.</summary>
    public static IdBatches Zipf(int rows, int size, int batches, Random random)
    {
        const double theta = 0.99;
        double zeta = 0, zetaOfTwo = 1 + Math.Pow(0.5, theta);
        for (var i = 1; i <= rows; i++) zeta += Math.Pow(i, -theta);
        var eta = (1 - Math.Pow(2.0 / rows, 1 - theta)) / (1 - zetaOfTwo / zeta);
        return new(size, [.. Enumerable.Range(0, size * batches).Select(_ => (int)(Rank() * 2654435761L % rows))], Id);

        long Rank()
        {
            var u = random.NextDouble();
            if (u * zeta < 1) return 0;
            return u * zeta < zetaOfTwo ? 1 : (long)(rows * Math.Pow(eta * u - eta + 1, 1 / (1 - theta))) % rows;
        }
    }
}
