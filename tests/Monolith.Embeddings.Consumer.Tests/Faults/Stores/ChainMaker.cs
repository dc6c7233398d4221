using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>A small set of two tables with a chain on it, which remembers what it held at each commit.</summary>
internal sealed class ChainMaker : IDisposable
{
    private int _step;

    private ChainMaker(EmbeddingTableSet tables, SnapshotChain chain) => (Tables, Chain) = (tables, chain);

    public EmbeddingTableSet Tables { get; }

    public SnapshotChain Chain { get; }

    public static TableSchema Schema()
    {
        var first = new EmbeddingTableOptions { Name = "users", Stripes = 2, TrackFrequency = true };
        first.Segments.Add(new SegmentOptions { Name = "bias", Optimizer = new FtrlOptions() });
        first.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 3, Optimizer = new AdagradOptions() });
        var second = new EmbeddingTableOptions { Name = "items", Stripes = 1, Admission = new Admission.MinOccurrencesOptions(2) };
        second.Segments.Add(new SegmentOptions { Name = "bias", Optimizer = new AdamOptions() });
        return new TableSchema([first, second]);
    }

    public static EmbeddingTableSet Set() => new(Schema(), new() { MemoryLimitBytes = 16 << 20, Seed = 3 }, new StoppedClock());

    public static async Task<ChainMaker> OpenAsync(SnapshotStore store, SnapshotChainOptions? options = null)
    {
        var tables = Set();
        try
        {
            return new ChainMaker(tables, await SnapshotChain.OpenAsync(store, tables, options));
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    /// <summary>What a restore of the store gives; null where it is refused, and then the tables must be empty.</summary>
    public static async Task<(SortedDictionary<string, string>? State, string Refused)> RestoredAsync(SnapshotStore store)
    {
        using var tables = Set();
        try
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables);
            return (SetState.Of(tables), "");
        }
        catch (SnapshotException refused)
        {
            Assert.That(tables.Count, Is.Zero, "rows in tables whose restore was refused");
            return (null, refused.Message);
        }
    }

    public void Learn(int seed) => Traffic.Run(Tables, seed, _step++);

    public async Task<SnapshotCommit> CommitAsync(int seed) => await Chain.CommitAsync(
        new Dictionary<string, ReadOnlyMemory<byte>> { ["seed"] = BitConverter.GetBytes(seed), ["model"] = new byte[seed % 5] });

    public void Dispose()
    {
        Chain.Dispose();
        Tables.Dispose();
    }
}
