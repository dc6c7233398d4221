using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Inspection;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Stores.Disk;
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

    /// <summary>
    /// Reads every file of a store and says which still hold ids that were forgotten (<c>OnlineTrainer.ForgetAsync</c>): as a row, a
    /// removal, a counted id, or anywhere in a section, a segment or a file of an example log. The ids need not be named: the store's list
    /// has their hashes. After a fold and the retention that follows it, it finds nothing.
    /// </summary>
    /// <remarks>
    /// Where a section has no known form, each of its bytes may begin an id; ids of 32 bits are not looked for there, since any number may
    /// look like one.
    /// </remarks>
    /// <param name="store">The store of the trainer, which has the list.</param>
    /// <param name="searched">
    /// What is looked through: a store of back-ups, or of an example log; the trainer's own where null.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found, file by file; nothing where no file has a forgotten id, or none was forgotten.</returns>
    /// <exception cref="SnapshotException">A store failed, or a file is damaged.</exception>
    public static async Task<IReadOnlyList<ForgottenFinding>> FindForgottenAsync(
        SnapshotStore store, SnapshotStore? searched = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var list = await SuppressionStore.ReadAsync(store, cancellationToken).ConfigureAwait(false);
        return await new ForgottenSearch(searched ?? store, list, cancellationToken).RunAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Says what the newest commit of a store has of an id: a row, a count, or nothing, which commit removed it, and why, where the trainer
    /// audits that. Reads of each file only where the id may stand, and of the audit as much as comes behind. For people and logs.
    /// </summary>
    /// <param name="store">The store; a trainer may be at work.</param>
    /// <param name="table">A table's name.</param>
    /// <param name="id">Any id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="SnapshotException">There is no commit, or a file is missing or was changed.</exception>
    public static async Task<StoredExplanation> ExplainAsync(
        SnapshotStore store, string table, long id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(table);
        var found = await new SnapshotPublisher(store).ReadFilesAsync(
            manifest => ExplainAloneAsync(store, manifest, table, id, cancellationToken), cancellationToken).ConfigureAwait(false);
        var list = await SuppressionStore.ReadAsync(store, cancellationToken).ConfigureAwait(false);
        return found with { IsForgotten = list.TryFind(table, id, out _) };
    }

    private static async Task<StoredExplanation> ExplainAloneAsync(
        SnapshotStore store, SnapshotManifest? manifest, string table, long id, CancellationToken cancellationToken)
    {
        if (manifest?.Newest is not { } newest)
            throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a commit", "none: nothing was saved to this store.");
        using var chain = await ChainFiles.OpenAsync(store, manifest, isServing: false, cancellationToken).ConfigureAwait(false);
        var found = await Task.Run(
            () => new IdSearch(table, id, cancellationToken).Run(chain.Commits, newest.Number), cancellationToken).ConfigureAwait(false);
        var removal = await RemovalSegments.FindAsync(
            store, manifest.Chain, manifest.SegmentsOf(newest), table, id, cancellationToken).ConfigureAwait(false);
        var isTold = removal is not null && found.State == StoredIdState.Unknown;
        return found with { LastRemoval = removal, State = isTold ? StoredIdState.Removed : found.State };
    }

    private static void Verify(SnapshotContents file, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        new RestoreCheck(file, IdBytes, cancellationToken).Run();
        var rows = file.Tables.Sum(t => t.Rows);
        new SnapshotProgressReporter(progress, SnapshotPhase.Verifying, file.Name).Report(rows, rows);
    }
}
