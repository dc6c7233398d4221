using Monolith.Embeddings.Snapshots.Backup;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Back-ups of a store, and restores. A back-up holds one commit, whole: tables, model and position of one moment. It is taken while a
/// trainer lives and commits, from any store to any other. How and when, and what not to do: <c>docs/guide/back-up.md</c>.
/// </summary>
/// <remarks>
/// A store of back-ups holds nothing else: trainers and replicas refuse to open it. It keeps any number of back-ups; files that several
/// have in common are there once. Members are thread-safe, in any number of processes.
/// </remarks>
public static class SnapshotBackup
{
    /// <summary>
    /// Backs up the newest commit of a store: copies the files that the back-ups do not have, checks each before and after, and then adds
    /// the back-up to their list. Until then, and where it fails, the list is as it was. Where the newest back-up is of that commit
    /// already, nothing is added; where it misses a file, a new one takes its place.
    /// </summary>
    /// <param name="source">The store; a trainer may be at work.</param>
    /// <param name="backups">The store of back-ups; empty at first.</param>
    /// <param name="progress">Told after each file; null for none.</param>
    /// <param name="timeProvider">The clock of <see cref="SnapshotBackupEntry.Created"/>; the system's where null.</param>
    /// <param name="cancellationToken">Cancels it; files that were copied are used by the next one.</param>
    /// <returns>The back-up, or the one that was there.</returns>
    /// <exception cref="SnapshotException">
    /// The store has no commit; a file of it is missing or damaged, and what to do about it; <paramref name="backups"/> holds something
    /// else than back-ups; or a store failed.
    /// </exception>
    public static async Task<SnapshotBackupEntry> CreateAsync(
        SnapshotStore source, SnapshotStore backups, IProgress<SnapshotProgress>? progress = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(backups);
        var store = new BackupStore(backups);
        // First what was forgotten: whichever back-up is restored, it stays so.
        await CopyForgottenAsync(source, backups, cancellationToken).ConfigureAwait(false);
        return await new BackupMaking(source, store, timeProvider ?? TimeProvider.System, progress, cancellationToken).RunAsync()
            .ConfigureAwait(false);
    }

    /// <summary>Lists the back-ups, oldest first.</summary>
    /// <param name="backups">The store of back-ups.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">It holds something else, or failed.</exception>
    public static async Task<IReadOnlyList<SnapshotBackupEntry>> ListAsync(
        SnapshotStore backups, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backups);
        return (await new BackupStore(backups).ReadAsync(cancellationToken).ConfigureAwait(false)).Catalogue.Entries;
    }

    /// <summary>Reads every byte of every back-up.</summary>
    /// <param name="backups">The store of back-ups.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is wrong, of each file once; empty where every back-up can be restored.</returns>
    /// <exception cref="SnapshotException">The list of back-ups cannot be read.</exception>
    public static async Task<IReadOnlyList<SnapshotException>> VerifyAsync(
        SnapshotStore backups, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backups);
        var check = new BackupCheck(new BackupStore(backups), cancellationToken);
        return await check.RunAsync().ConfigureAwait(false);
    }

    /// <summary>Drops all but the newest back-ups, and deletes the files that no other one has.</summary>
    /// <param name="backups">The store of back-ups.</param>
    /// <param name="count">How many stay: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call; files that are left are deleted by the next one.</param>
    /// <returns>The files that were deleted.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    /// <exception cref="SnapshotException">It holds something else than back-ups, or failed.</exception>
    public static async Task<IReadOnlyList<StoredFile>> RetainAsync(
        SnapshotStore backups, int count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backups);
        OutOfRange.ThrowIfLess(count, 1);
        return await new BackupCleaning(new BackupStore(backups), cancellationToken).RunAsync(count).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes a back-up the newest state of a store. A trainer that was at work there is fenced off with its next commit, replicas load what
    /// was restored, and the next trainer goes on from it.
    /// </summary>
    /// <param name="backups">The store of back-ups.</param>
    /// <param name="target">The store: empty, or of the same chain. Commits that it has are given up.</param>
    /// <param name="backup">Which back-up, by <see cref="SnapshotBackupEntry.Id"/>; the newest where null.</param>
    /// <param name="progress">Told after each file; null for none.</param>
    /// <param name="cancellationToken">Cancels it, unless the manifest is being replaced.</param>
    /// <returns>
    /// The commit that is the newest of the store now. Its number is greater than those that the store had, so that numbers never go back.
    /// </returns>
    /// <exception cref="SnapshotException">
    /// There is no such back-up, a file of it is missing or damaged, the store holds another chain, or a store failed. The store's manifest
    /// is as it was.
    /// </exception>
    public static async Task<SnapshotCommit> RestoreAsync(
        SnapshotStore backups, SnapshotStore target, Guid? backup = null, IProgress<SnapshotProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backups);
        ArgumentNullException.ThrowIfNull(target);
        var store = new BackupStore(backups);
        var entry = await store.FindAsync(backup, cancellationToken).ConfigureAwait(false);
        var manifest = await store.ReadManifestAsync(entry, cancellationToken).ConfigureAwait(false);
        await CopyForgottenAsync(backups, target, cancellationToken).ConfigureAwait(false);
        return await new BackupRestore(backups, target, progress, cancellationToken).RunAsync(manifest, manifest.Commits)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Makes an earlier commit of a store its newest state: all that came later is given up. As with <see cref="RestoreAsync"/>, a trainer
    /// that was at work is fenced off, and replicas load what is there. Back up first what may be wanted again.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="commit">The number of a commit that its manifest still has.</param>
    /// <param name="progress">Told after each file; null for none.</param>
    /// <param name="cancellationToken">Cancels it, unless the manifest is being replaced.</param>
    /// <returns>The commit that is the newest of the store now, of a new number.</returns>
    /// <exception cref="SnapshotException">
    /// There is no such commit, a file of it is missing or damaged, or the store failed. The manifest is as it was.
    /// </exception>
    public static async Task<SnapshotCommit> RestoreCommitAsync(
        SnapshotStore store, ulong commit, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await new SnapshotPublisher(store).ReadFilesAsync(
            async manifest =>
            {
                manifest ??= SnapshotManifest.Begin(SnapshotIdentity.New());
                return await new BackupRestore(store, store, progress, cancellationToken).RunAsync(manifest, manifest.ChainOf(commit))
                    .ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The names of the files of a back-up.</summary>
    /// <exception cref="SnapshotException">Its manifest is missing, or was changed.</exception>
    internal static async ValueTask<IReadOnlyList<string>> FilesOfAsync(
        SnapshotStore backups, SnapshotBackupEntry entry, CancellationToken cancellationToken)
    {
        var manifest = await new BackupStore(backups).ReadManifestAsync(entry, cancellationToken).ConfigureAwait(false);
        return [.. manifest.Files.Select(file => file.Name).Distinct(StringComparer.Ordinal)];
    }

    private static async ValueTask CopyForgottenAsync(SnapshotStore from, SnapshotStore to, CancellationToken cancellationToken)
    {
        var list = await SuppressionStore.ReadAsync(from, cancellationToken).ConfigureAwait(false);
        if (!list.IsEmpty) await SuppressionStore.AddAsync(to, list, cancellationToken).ConfigureAwait(false);
    }
}
