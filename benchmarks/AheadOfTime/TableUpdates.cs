using System.IO.Hashing;
using System.Runtime.InteropServices;
using Measuring;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace AheadOfTime;

/// <summary>Adagrad steps of 16 weights, on a table that lies in the caches.</summary>
internal sealed class TableUpdates : IDisposable
{
    private const int Ids = 4096, Dimension = 16, Batches = 64;

    private readonly EmbeddingTable _table;
    private readonly long[] _ids = [.. Enumerable.Range(0, Ids).Select(i => (long)i)];
    private readonly float[] _gradients;
    private int _step;

    public TableUpdates()
    {
        var options = new EmbeddingTableOptions { Name = "items" };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = Dimension, Optimizer = new AdagradOptions() });
        _table = new EmbeddingTable(options);
        var random = new Random(1);
        _gradients = [.. Enumerable.Range(0, Ids * Dimension).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>A hash of all weights.</summary>
    public ulong Bits
    {
        get
        {
            var weights = new float[_gradients.Length];
            _table.Lookup(_ids, weights);
            return XxHash64.HashToUInt64(MemoryMarshal.AsBytes(weights.AsSpan()));
        }
    }

    /// <summary>Nanoseconds a row.</summary>
    public double Run() => Interleaved.Time(() =>
    {
        for (var i = 0; i < Batches; i++) _table.ApplyGradients(_ids, _gradients, [], DateTimeOffset.UnixEpoch, _step++);
    }) / (Batches * Ids);

    public void Dispose() => _table.Dispose();
}
