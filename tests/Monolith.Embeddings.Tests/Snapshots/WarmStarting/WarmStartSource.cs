using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.WarmStarting;

/// <summary>A model that learned, and its store: a full and two deltas, with removals in them.</summary>
internal sealed class WarmStartSource : IDisposable
{
    private WarmStartSource(EmbeddingTableSet tables) => Tables = tables;

    public MemorySnapshotStore Store { get; } = new();

    public EmbeddingTableSet Tables { get; }

    /// <summary>Options of one of its tables: a bias under FTRL, a vector of 3 under Adagrad.</summary>
    public static EmbeddingTableOptions Options(string name, Action<EmbeddingTableOptions>? configure = null, int dimension = 3) =>
        TestTable.Options(dimension: dimension, configure: o =>
        {
            (o.Name, o.TrackFrequency, o.TrackAdmissionTime) = (name, true, true);
            configure?.Invoke(o);
        });

    public static EmbeddingTableSet Set(ulong seed, params EmbeddingTableOptions[] tables) =>
        new(new TableSchema(tables), new EmbeddingTableSetOptions { Seed = seed, MemoryLimitBytes = 64 << 20 });

    public static Task<WarmStartSource> MakeAsync() =>
        MakeAsync(Options("users"), Options("items", o => o.Admission = new MinOccurrencesOptions(2)));

    public static async Task<WarmStartSource> MakeAsync(params EmbeddingTableOptions[] tables)
    {
        var source = new WarmStartSource(Set(5, tables));
        using var chain = await SnapshotChain.OpenAsync(source.Store, source.Tables);
        for (var commit = 0; commit < 3; commit++)
        {
            foreach (var table in source.Tables.Tables) Learn(table, commit);
            await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        }
        return source;
    }

    public void Dispose() => Tables.Dispose();

    private static void Learn(EmbeddingTable table, int commit)
    {
        var ids = TestTable.Range(-20 + 100 * commit, 200);
        for (var step = 0; step < 3; step++)
            table.ApplyGradients(ids, TestTable.Values(ids.Length, table.Dimension, 10 * commit + step), [],
                At.Seconds((uint)(1000 + 10 * commit + step)), 3 * commit + step);
        table.Remove(TestTable.Range(100 * commit, 30));
    }
}
