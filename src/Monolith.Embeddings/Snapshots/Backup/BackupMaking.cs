using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>Makes a back-up.</summary>
/// <param name="source">The store.</param>
/// <param name="backups">The back-ups.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Told after each file; null for none.</param>
/// <param name="cancellationToken">Cancels it.</param>
internal sealed class BackupMaking(
    SnapshotStore source, BackupStore backups, TimeProvider time, IProgress<SnapshotProgress>? progress,
    CancellationToken cancellationToken)
{
    /// <summary>Makes one.</summary>
    /// <exception cref="SnapshotException">It cannot be made.</exception>
    public async Task<SnapshotBackupEntry> RunAsync()
    {
        while (true)
        {
            var (before, token) = await backups.ReadAsync(cancellationToken).ConfigureAwait(false);
            var manifest = await CopyAsync(before.Going).ConfigureAwait(false);
            var bytes = manifest.ToBytes();
            if (before.Entries is [.., var last] && last.Manifest == BackupStore.EntryOf(last.Manifest.Name, bytes)) return last;
            var entry = await EntryAsync(manifest, bytes).ConfigureAwait(false);
            // Only where nothing was dropped since the files were looked for: else some may be going.
            var after = before with { Entries = [.. before.Entries, entry] };
            if (await backups.TryReplaceAsync(after, token, cancellationToken).ConfigureAwait(false)) return entry;
            await backups.Store.DeleteAsync(entry.Manifest.Name, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // One manifest is one moment, however long copying takes. Where the trainer's upkeep deletes a file of it, that of then is copied.
    private async Task<SnapshotManifest> CopyAsync(IReadOnlyList<string> going)
    {
        try
        {
            return await new SnapshotPublisher(source).ReadFilesAsync(manifest => CopyAsync(manifest, going), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (IsOfAFile(exception))
        {
            throw new SnapshotException(exception.Fault, exception.File, exception.Expected,
                $"{exception.Found} Nothing was backed up, and earlier back-ups are as they were. A trainer that is at work finds the "
                + "fault and writes a full snapshot: back up again after its next commit. Otherwise restore an earlier commit or a "
                + "back-up.",
                exception);
        }
    }

    private static bool IsOfAFile(SnapshotException exception) =>
        exception.Fault is SnapshotFault.Damaged or SnapshotFault.Missing or SnapshotFault.Mismatch
        && exception.File != DiskManifest.Name;

    private async Task<SnapshotManifest> CopyAsync(SnapshotManifest? manifest, IReadOnlyList<string> going)
    {
        if (manifest?.Newest is null)
            throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a commit", "none: nothing was saved to this store.");
        var copy = new CommitCopy(source, backups.Store, trustsNames: true, progress, cancellationToken) { Going = going };
        var commits = await copy.RunAsync(manifest.NewestChain).ConfigureAwait(false);
        // As its trainer left it: one that has taken the store over since, and not committed yet, makes no other back-up of it.
        return new SnapshotManifest(manifest.Chain, manifest.Newest.Incarnation, commits, manifest.Newest.Trainer);
    }

    private async Task<SnapshotBackupEntry> EntryAsync(SnapshotManifest manifest, byte[] bytes)
    {
        var (id, newest) = (SnapshotIdentity.New(), manifest.Newest!);
        return new SnapshotBackupEntry
        {
            Id = id,
            Created = time.GetUtcNow().ToUniversalTime(),
            Chain = manifest.Chain,
            Commit = newest.Number,
            CommitCreated = newest.Created,
            Bytes = manifest.Files.Sum(file => file.Length),
            Manifest = await backups.WriteManifestAsync(id, newest.Number, bytes, cancellationToken).ConfigureAwait(false),
        };
    }
}
