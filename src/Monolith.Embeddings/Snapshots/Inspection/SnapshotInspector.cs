using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Inspection;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Says what a store holds, and whether it is whole. Changes nothing, and throws for no damage: all that is wrong is told together.
/// </summary>
/// <example>
/// <code>
/// var verified = await SnapshotInspector.VerifyAsync(store, cancellationToken: stopping);
/// foreach (var problem in verified.Problems) Console.WriteLine(problem.Message);
/// </code>
/// </example>
public static class SnapshotInspector
{
    private const long IdBytes = 64 << 20;

    /// <summary>
    /// Reads the manifest, and of each file that it names what the file says of itself: header, directory, descriptions of tables. Takes
    /// little of each file.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="SnapshotException">The files cannot be listed.</exception>
    public static Task<SnapshotInspection> InspectAsync(SnapshotStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new StoreInspection(store, _ => { }, readsSegments: false, cancellationToken).RunAsync();
    }

    /// <summary>
    /// Inspects the store, reads every byte of every file that the manifest names, and finds whatever a restore, a fold or a replica would
    /// refuse without looking at their options: checksums, ranges, two rows of an id, records of filters, sections, files that do not fit
    /// one another. Holds a block in memory, and up to 64 MiB of ids.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="progress">Told after each file, its rows being those of the file; may be null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; <see cref="SnapshotInspection.Problems"/> is empty where everything is whole.</returns>
    /// <exception cref="SnapshotException">The files cannot be listed.</exception>
    public static Task<SnapshotInspection> VerifyAsync(
        SnapshotStore store, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new StoreInspection(
            store, file => Verify(file, progress, cancellationToken), readsSegments: true, cancellationToken).RunAsync();
    }

    /// <summary>
    /// As the other, and restores the newest commit into tables, which are then emptied again: so it also finds what a trainer with these
    /// options would refuse at its start.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="tables">Empty tables, made as the trainer makes its own; no other thread may use them meanwhile.</param>
    /// <param name="progress">Told after each file, its rows being those of the file; may be null.</param>
    /// <param name="cancellationToken">Cancels the call; the tables are then empty.</param>
    /// <returns>What was found; <see cref="SnapshotInspection.Problems"/> is empty where everything is whole and fits the tables.</returns>
    /// <exception cref="SnapshotException">The files cannot be listed.</exception>
    /// <exception cref="InvalidOperationException">The tables have rows, or something else loads them; they are as they were.</exception>
    public static Task<SnapshotInspection> VerifyAsync(
        SnapshotStore store, EmbeddingTableSet tables, IProgress<SnapshotProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(tables);
        StoreInspection.RequireEmpty(tables);
        return new StoreInspection(
            store, file => Verify(file, progress, cancellationToken), readsSegments: true, cancellationToken, tables).RunAsync();
    }

    private static void Verify(SnapshotContents file, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        new RestoreCheck(file, IdBytes, cancellationToken).Run();
        var rows = file.Tables.Sum(t => t.Rows);
        new SnapshotProgressReporter(progress, SnapshotPhase.Verifying, file.Name).Report(rows, rows);
    }
}
