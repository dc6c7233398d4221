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
            var (manifest, made) = await CopyAsync(before).ConfigureAwait(false);
            if (made is not null) return made;
            var entry = await EntryAsync(manifest).ConfigureAwait(false);
            // One of this commit that misses a file is of no use beside one that does not. Only where nothing was dropped since the files
            // were looked for: else some may be going.
            var unusable = FindIn(before, manifest);
            var after = before with { Entries = [.. before.Entries.Where(other => other != unusable), entry] };
            if (await backups.TryReplaceAsync(after, token, cancellationToken).ConfigureAwait(false)) return entry;
            // A store may have lost its answer, and tried again by itself.
            if ((await backups.ReadAsync(CancellationToken.None).ConfigureAwait(false)).Catalogue.Entries.Contains(entry)) return entry;
            await backups.Store.DeleteAsync(entry.Manifest.Name, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // One manifest is one moment, however long copying takes. Where the trainer's upkeep deletes a file of it, that of then is copied.
    private async Task<(SnapshotManifest Manifest, SnapshotBackupEntry? Made)> CopyAsync(BackupCatalogue before)
    {
        try
        {
            return await new SnapshotPublisher(source).ReadFilesAsync(manifest => CopyAsync(manifest, before), cancellationToken)
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

    private async Task<(SnapshotManifest Manifest, SnapshotBackupEntry? Made)> CopyAsync(
        SnapshotManifest? manifest, BackupCatalogue before)
    {
        if (manifest?.Newest is null)
            throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a commit", "none: nothing was saved to this store.");
        if (FindIn(before, manifest) is { } made && await backups.HasAllOfAsync(made, cancellationToken).ConfigureAwait(false))
            return (manifest, made);
        var copy = new CommitCopy(source, backups.Store, trustsNames: true, progress, cancellationToken) { Going = before.Going };
        var commits = await copy.RunAsync(manifest.WholeChain).ConfigureAwait(false);
        // As its trainer left it: one that has taken the store over since, and not committed yet, makes no other back-up of it.
        return (new SnapshotManifest(manifest.Chain, manifest.Newest.Incarnation, commits, manifest.Newest.Trainer), null);
    }

    // The newest back-up, where it is of this commit. The files may be others by now, where the chain was folded since.
    private static SnapshotBackupEntry? FindIn(BackupCatalogue catalogue, SnapshotManifest manifest) =>
        catalogue.Entries is [.., var last] && last.Chain == manifest.Chain && last.CommitId == manifest.Newest!.Identity ? last : null;

    private async Task<SnapshotBackupEntry> EntryAsync(SnapshotManifest manifest)
    {
        var (id, newest) = (SnapshotIdentity.New(), manifest.Newest!);
        return new SnapshotBackupEntry
        {
            Id = id,
            Created = time.GetUtcNow().ToUniversalTime(),
            Chain = manifest.Chain,
            Commit = newest.Number,
            CommitId = newest.Identity,
            CommitCreated = newest.Created,
            Bytes = manifest.Files.Sum(file => file.Length),
            Manifest = await backups.WriteManifestAsync(id, newest.Number, manifest.ToBytes(), cancellationToken).ConfigureAwait(false),
        };
    }
}
