using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Goes back to an earlier commit of a store, and keeps what is given up. The next trainer goes on from that commit: rows, dense weights,
/// position, and the state of its source; replicas that follow load it.
/// </summary>
public static class SnapshotRollback
{
    /// <summary>
    /// Fences off the trainer that is at work, backs up the newest commit, and makes the earlier one the store's newest state. What the
    /// trainer learned since its last commit, it loses; all that it committed is in the back-up, and comes back by
    /// <see cref="SnapshotBackup.RestoreAsync"/>.
    /// </summary>
    /// <remarks>
    /// Where it fails, or the process dies, the store is at its newest commit as before, or at the earlier one already; a trainer may have
    /// been fenced off. Look which it is before you call again: commits have other numbers afterwards.
    /// </remarks>
    /// <param name="store">The store.</param>
    /// <param name="commit">The number of a commit that its manifest still has.</param>
    /// <param name="setAside">A store of back-ups, such as <see cref="SnapshotBackup"/> makes; may be the one that is there.</param>
    /// <param name="progress">Told after each file; null for none.</param>
    /// <param name="timeProvider">The clock of the back-up; the system's where null.</param>
    /// <param name="cancellationToken">Cancels it, unless the manifest is being replaced.</param>
    /// <returns>What the store has now, and where the rest is.</returns>
    /// <exception cref="SnapshotException">
    /// There is no such commit, or <paramref name="setAside"/> holds something else than back-ups: nothing changed, and no trainer was
    /// fenced off. A file is missing or damaged, or a store failed.
    /// </exception>
    public static async Task<RolledBack> GoBackAsync(
        SnapshotStore store, ulong commit, SnapshotStore setAside, IProgress<SnapshotProgress>? progress = null,
        TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(setAside);
        var publisher = new SnapshotPublisher(store);
        // A manifest that is not there fences no trainer off.
        var before = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? SnapshotManifest.Begin(SnapshotIdentity.New());
        _ = before.ChainOf(commit);
        _ = await SnapshotBackup.ListAsync(setAside, cancellationToken).ConfigureAwait(false);
        // Before it is backed up: nothing is committed that is neither kept nor gone on from.
        await publisher.TakeOverAsync(before.Chain, cancellationToken, SnapshotIdentity.New()).ConfigureAwait(false);
        var kept = await SnapshotBackup.CreateAsync(store, setAside, progress, timeProvider, cancellationToken).ConfigureAwait(false);
        var restored = await SnapshotBackup.RestoreCommitAsync(store, commit, progress, cancellationToken).ConfigureAwait(false);
        return new RolledBack { Commit = restored, SetAside = kept };
    }
}
