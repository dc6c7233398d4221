namespace BeforeAfter.Workloads;

/// <summary>Batches of ids of rows, drawn before anything is measured.</summary>
internal sealed class IdBatches(int size, long[] ids)
{
    private readonly int _count = ids.Length / size;

    /// <summary>A batch; after the last comes the first again.</summary>
    public ReadOnlySpan<long> this[int batch] => ids.AsSpan(batch % _count * size, size);

    /// <summary>The id of a row: a bijection that leaves nothing dense.</summary>
    public static long Id(int number) => unchecked((long)((ulong)(uint)number * 0x9E3779B97F4A7C15 ^ 0x5DEECE66D));

    /// <summary>Ids that are all equally likely.</summary>
    public static IdBatches Uniform(int rows, int size, int batches, Random random)
    {
        var ids = new long[size * batches];
        for (var i = 0; i < ids.Length; i++) ids[i] = Id(random.Next(rows));
        return new IdBatches(size, ids);
    }

    /// <summary>All rows in each batch, in another order each time.</summary>
    public static IdBatches Shuffled(int rows, int batches, Random random)
    {
        var ids = new long[rows * batches];
        for (var i = 0; i < ids.Length; i++) ids[i] = Id(i % rows);
        for (var batch = 0; batch < batches; batch++) random.Shuffle(ids.AsSpan(batch * rows, rows));
        return new IdBatches(rows, ids);
    }
}
