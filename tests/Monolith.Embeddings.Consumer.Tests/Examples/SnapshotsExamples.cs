using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>The examples in the documentation of types; <see cref="ExampleTests"/> holds that they are these, to the letter.</summary>
internal static class SnapshotsExamples
{
    public static SnapshotStore OfFileSnapshotStore()
    {
        // <example FileSnapshotStore>
        // A folder that may be there or not; one trainer writes to it, any number of replicas read it.
        var store = new FileSnapshotStore("recommender");
        // </example>
        return store;
    }

    public static async Task OfSnapshotInspector(SnapshotStore store, CancellationToken stopping)
    {
        // <example SnapshotInspector>
        var verified = await SnapshotInspector.VerifyAsync(store, cancellationToken: stopping);
        foreach (var problem in verified.Problems) Console.WriteLine(problem.Message);
        // </example>
    }

    public static async Task OfSnapshotCompactor(SnapshotStore store, CancellationToken stopping)
    {
        // <example SnapshotCompactor>
        // A full snapshot and its deltas become one full snapshot; then what is no longer needed is deleted.
        await SnapshotCompactor.CompactAsync(store, cancellationToken: stopping);
        await SnapshotCompactor.RetainAsync(store, cancellationToken: stopping);
        // </example>
    }

    public static async Task OfWarmStart(SnapshotStore store, EmbeddingTableSet tables, CancellationToken stopping)
    {
        // <example WarmStart>
        // The tables of a new model begin with the rows of an old one, of which some table is not wanted.
        await WarmStart.LoadAsync(store, tables, new() { Drop = ["users"] }, cancellationToken: stopping);
        // </example>
    }

    public static async Task OfTableExport(EmbeddingTable items, Stream destination, CancellationToken stopping)
    {
        // <example TableExport>
        // numpy.load reads it: ids, and an array a segment.
        await TableExport.WriteNpzAsync(items, destination, cancellationToken: stopping);
        // </example>
    }

    public static async Task OfDenseExport(OnlineTrainer trainer, CancellationToken stopping)
    {
        // <example DenseExport>
        // numpy.load reads it: an array for each dense parameter, by name.
        await using (var file = File.Create("dense.npz"))
            await DenseExport.WriteNpzAsync(trainer, file, cancellationToken: stopping);
        // </example>
    }
}
