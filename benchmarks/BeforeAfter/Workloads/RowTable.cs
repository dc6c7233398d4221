using BeforeAfter.Contract;
using Measuring;

namespace BeforeAfter.Workloads;

/// <summary>A filled table of one side.</summary>
internal sealed class RowTable : IDisposable
{
    private const int FillSize = 65_536;

    private readonly ITableDriver _table;
    private readonly float[] _output;

    /// <param name="driver">The side.</param>
    /// <param name="plan">The table.</param>
    /// <param name="rows">How many rows it gets, those of <see cref="ScatteredIds.Of"/>.</param>
    /// <param name="batchSize">Ids of the batches to come.</param>
    public RowTable(IDriver driver, TablePlan plan, int rows, int batchSize)
    {
        _output = new float[batchSize * plan.Width];
        _table = driver.CreateTable(plan);
        Fill(rows, plan.Width);
    }

    /// <summary>Random gradients, or weights.</summary>
    public static float[] Values(int count, Random random)
    {
        const float Largest = 0.01f;
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = Largest * (2 * random.NextSingle() - 1);
        return values;
    }

    public void Lookup(ReadOnlySpan<long> ids) => RequireAll("found", ids.Length, _table.Lookup(ids, _output));

    public void Update(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients) =>
        RequireAll("updated", ids.Length, _table.Update(ids, gradients));

    public void Save(int rows) => RequireAll("saved", rows, _table.Save());

    /// <summary>What a batch of rows holds now.</summary>
    public IReadOnlyList<float> Read(ReadOnlySpan<long> ids)
    {
        Lookup(ids);
        return [.. _output];
    }

    public void Dispose() => _table.Dispose();

    private void Fill(int rows, int dimension)
    {
        var ids = new long[Math.Min(FillSize, rows)];
        var values = Values(ids.Length * dimension, new Random(rows));
        for (var start = 0; start < rows; start += ids.Length)
        {
            var count = Math.Min(ids.Length, rows - start);
            for (var i = 0; i < count; i++) ids[i] = ScatteredIds.Of(start + i);
            _table.Assign(ids.AsSpan(0, count), values.AsSpan(0, count * dimension));
        }
    }

    // What does nothing must not be taken for fast.
    private static void RequireAll(string verb, long rows, long done)
    {
        if (done != rows) throw new InvalidOperationException($"{done} of {rows} rows were {verb}.");
    }
}
