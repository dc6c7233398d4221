using Measuring;

namespace BeforeAfter.Workloads;

/// <summary>Batches of ids of rows, drawn before anything is measured.</summary>
internal sealed class IdBatches(int size, long[] ids)
{
    private readonly int _count = ids.Length / size;

    /// <summary>A batch; after the last comes the first again.</summary>
    public ReadOnlySpan<long> this[int batch] => ids.AsSpan(batch % _count * size, size);

    /// <summary>Ids that are all equally likely.</summary>
    public static IdBatches Uniform(int rows, int size, int batches, Random random)
    {
        var ids = new long[size * batches];
        for (var i = 0; i < ids.Length; i++) ids[i] = ScatteredIds.Of(random.Next(rows));
        return new IdBatches(size, ids);
    }

    /// <summary>All rows in each batch, in another order each time.</summary>
    public static IdBatches Shuffled(int rows, int batches, Random random)
    {
        var ids = new long[rows * batches];
        for (var i = 0; i < ids.Length; i++) ids[i] = ScatteredIds.Of(i % rows);
        for (var batch = 0; batch < batches; batch++) random.Shuffle(ids.AsSpan(batch * rows, rows));
        return new IdBatches(rows, ids);
    }
}
