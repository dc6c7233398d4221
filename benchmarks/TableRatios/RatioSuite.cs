using System.Globalization;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace TableRatios;

/// <summary>Each measurement: the table's verb against the same work on flat rows.</summary>
internal sealed class RatioSuite(int rows, int dimension, int stripes, Interleaved interleaved, string filter)
{
    private const int BatchSize = 4096, BatchesARound = 64, Batches = 512;
    private const float Rate = 0.01f;

    private readonly float[] _output = new float[BatchSize * dimension];
    private readonly float[] _gradients = [.. Enumerable.Repeat(0.01f, BatchSize * dimension)];

    public void Run()
    {
        RunAdagrad();
        RunFtrl();
    }

    private void RunAdagrad()
    {
        string[] names = ["lookup.uniform", "lookup.batch512", "lookup.zipf", "lookup.absent", "update.adagrad.uniform", "insert", "memory", "alloc"];
        if (!names.Any(IsWanted)) return;
        using var table = Table(new AdagradOptions { LearningRate = Rate });
        Fill(table);
        using var flat = new FlatRows(rows, table.RowBytes, dimension);
        flat.Fill(0.1f);
        var random = new Random(1);
        Lookup("lookup.uniform.vs_flat_gather", table, flat, IdBatches.Uniform(rows, BatchSize, Batches, random));
        Lookup("lookup.batch512.vs_flat_gather", table, flat, IdBatches.Uniform(rows, 512, 8 * Batches, random));
        Lookup("lookup.zipf.vs_flat_gather", table, flat, IdBatches.Zipf(rows, BatchSize, Batches, random));
        Lookup("lookup.absent.vs_flat_gather", table, flat, IdBatches.Uniform(rows, BatchSize, Batches, random, absent: true));
        Update("update.adagrad.uniform.vs_flat_update", table, IdBatches.Uniform(rows, BatchSize, Batches, random), flat.Adagrad);
        Allocation(table, IdBatches.Uniform(rows, BatchSize, 4, random));
    }

    private void RunFtrl()
    {
        if (!IsWanted("update.ftrl.uniform")) return;
        using var table = Table(new FtrlOptions { LearningRate = Rate });
        Fill(table);
        using var flat = new FlatRows(rows, table.RowBytes, dimension);
        flat.Fill(0.1f);
        Update("update.ftrl.uniform.vs_flat_update", table, IdBatches.Uniform(rows, BatchSize, Batches, new Random(2)),
            (numbers, gradients, rate) => flat.Ftrl(numbers, gradients, rate, beta: 1));
    }

    private void Lookup(string name, EmbeddingTable table, FlatRows flat, IdBatches batches)
    {
        if (!IsWanted(name)) return;
        var size = batches.Ids(0).Length;
        var count = BatchesARound * BatchSize / size;
        var result = interleaved.Compare(
            round => Each(round, count, batch => table.Lookup(batches.Ids(batch), _output.AsSpan(0, size * dimension))),
            round => Each(round, count, batch => flat.Gather(batches.Numbers(batch), _output.AsSpan(0, size * dimension))), (long)count * size);
        Print(name, result);
    }

    private void Update(string name, EmbeddingTable table, IdBatches batches, FlatUpdate flat)
    {
        if (!IsWanted(name)) return;
        var result = interleaved.Compare(
            round => Each(round, BatchesARound, batch => table.ApplyGradients(batches.Ids(batch), _gradients, [], 1)),
            round => Each(round, BatchesARound, batch => flat(batches.Numbers(batch), _gradients, Rate)), (long)BatchesARound * BatchSize);
        Print(name, result);
    }

    private void Allocation(EmbeddingTable table, IdBatches batches)
    {
        if (!IsWanted("alloc.bytes_per_batch")) return;
        Step(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 0; batch < 100; batch++) Step(batch);
        Print("alloc.bytes_per_batch", (GC.GetAllocatedBytesForCurrentThread() - before) / 200.0);

        void Step(int batch)
        {
            table.Lookup(batches.Ids(batch), _output);
            table.ApplyGradients(batches.Ids(batch), _gradients, [], 1);
        }
    }

    private void Fill(EmbeddingTable table)
    {
        var ids = new long[BatchSize];
        for (var start = 0; start < rows; start += BatchSize)
        {
            var count = Math.Min(BatchSize, rows - start);
            for (var i = 0; i < count; i++) ids[i] = IdBatches.Id(start + i);
            table.LookupOrAdmit(ids.AsSpan(0, count), [], _output.AsSpan(0, count * dimension), 1);
        }
    }

    private EmbeddingTable Table(OptimizerOptions optimizer)
    {
        var options = new EmbeddingTableOptions { Name = "ratios", Stripes = stripes };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = dimension, Optimizer = optimizer, Initializer = new UniformInitializerOptions() });
        return new EmbeddingTable(options, new EmbeddingTableSetOptions { MemoryLimitBytes = 16L << 30 });
    }

    // Every round goes on where the one before stopped, so that no batch is still in the cache when it comes again.
    private static void Each(int round, int count, Action<int> work)
    {
        for (var i = 0; i < count; i++) work(round * count + i);
    }

    private bool IsWanted(string name) => filter.Length == 0 || name.Contains(filter, StringComparison.Ordinal) || filter.Contains(name, StringComparison.Ordinal);

    private static void Print(string name, (double Ratio, double First, double Second) result)
    {
        Print(name, result.Ratio);
        Print(name + ".ns", result.First);
        Print(name + ".flat_ns", result.Second);
    }

    private static void Print(string name, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:F2}"));

    private delegate void FlatUpdate(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients, float rate);
}
