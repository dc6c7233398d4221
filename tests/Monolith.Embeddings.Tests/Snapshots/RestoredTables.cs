using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Restoring;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>What tables were at a commit that a manifest still has, restored from the files for training.</summary>
internal static class RestoredTables
{
    /// <summary>More ids than the stream of <see cref="CrashScenario"/> has.</summary>
    public static readonly long[] Ids = [.. Enumerable.Range(0, 20_000).Select(i => (long)i)];

    /// <summary>The weights of <see cref="Ids"/> in a table, and how many of them have a row.</summary>
    public static async Task<(int Rows, float[] Weights)> WeightsAsync(
        SnapshotStore store, SnapshotManifest manifest, ulong number, string table)
    {
        var until = new SnapshotManifest(manifest.Chain, manifest.Incarnation, manifest.ChainOf(number), manifest.Trainer);
        using var tables = CrashScenario.CreateTables(CrashScenario.CreateSchema());
        await RestoredSnapshot.RestoreAsync(store, until, tables, 2, null, CancellationToken.None);
        var restored = tables.Tables.Single(t => t.Name == table);
        var weights = new float[Ids.Length * restored.Dimension];
        return (restored.Lookup(Ids, weights), weights);
    }
}
