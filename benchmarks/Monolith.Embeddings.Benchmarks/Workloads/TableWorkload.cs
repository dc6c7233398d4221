using Measuring;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Benchmarks.Workloads;

/// <summary>A filled table, and a batch's worth of what verbs read and write.</summary>
internal sealed class TableWorkload : IDisposable
{
    public const int Rows = 250_000;
    public const int Dimension = 16;

    /// <summary>When rows are written.</summary>
    public static readonly DateTimeOffset EventTime = DateTimeOffset.FromUnixTimeSeconds(1);

    /// <summary>After this time a row that nothing changed is dead.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(1000);

    private readonly long[] _all = [.. Enumerable.Range(0, Rows).Select(ScatteredIds.Of)];

    public TableWorkload(int dimension = Dimension)
    {
        Table = Create(dimension);
        Values = [.. Enumerable.Repeat(0.01f, IdDraws.BatchSize * dimension)];
        Output = new float[IdDraws.BatchSize * dimension];
    }

    public EmbeddingTable Table { get; private set; }

    public float[] Values { get; }

    public float[] Output { get; }

    public bool[] Found { get; } = new bool[IdDraws.BatchSize];

    /// <summary>Creates the rows that are not there, a batch at a time.</summary>
    public void Fill()
    {
        for (var start = 0; start < Rows; start += IdDraws.BatchSize)
        {
            var ids = _all.AsSpan(start, Math.Min(IdDraws.BatchSize, Rows - start));
            Table.LookupOrAdmit(ids, [], Output.AsSpan(0, ids.Length * Table.Dimension), EventTime);
        }
    }

    /// <summary>Puts an empty table in the place of the old one.</summary>
    public void StartAnew()
    {
        var dimension = Table.Dimension;
        Table.Dispose();
        Table = Create(dimension);
    }

    public void Dispose() => Table.Dispose();

    private static EmbeddingTable Create(int dimension)
    {
        var options = new EmbeddingTableOptions { Name = "benchmark", Expiry = new TimeToLiveOptions(TimeToLive) };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = dimension, Initializer = new UniformInitializerOptions() });
        return new EmbeddingTable(options);
    }
}
