using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>Drops old back-ups. Used once.</summary>
/// <param name="backups">The back-ups.</param>
/// <param name="cancellationToken">Cancels it.</param>
internal sealed class BackupCleaning(BackupStore backups, CancellationToken cancellationToken)
{
    /// <summary>Drops all but the newest, and then deletes the files that none has, of those whose names a store made.</summary>
    public async Task<IReadOnlyList<StoredFile>> RunAsync(int count)
    {
        while (true)
        {
            var (before, token) = await backups.ReadAsync(cancellationToken).ConfigureAwait(false);
            SnapshotBackupEntry[] left = [.. before.Entries.TakeLast(count)];
            var going = await UnnamedAsync(left).ConfigureAwait(false);
            if (going.Count == 0 && left.Length == before.Entries.Count) return [];
            // Beside what another cleaning lists, the same names too: it may delete them later than this one does.
            var after = new BackupCatalogue(left, [.. before.Going, .. going.Select(file => file.Name)]);
            if (!await backups.TryReplaceAsync(after, token, cancellationToken).ConfigureAwait(false)) continue;
            return await DeleteAsync(going).ConfigureAwait(false);
        }
    }

    // A back-up that cannot be read ends it: it is not known which files are its.
    private async Task<List<StoredFile>> UnnamedAsync(SnapshotBackupEntry[] left)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var backup in left)
        {
            named.Add(backup.Manifest.Name);
            var manifest = await backups.ReadManifestAsync(backup, cancellationToken).ConfigureAwait(false);
            named.UnionWith(manifest.Files.Select(file => file.Name));
        }
        var files = await backups.Store.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. files.Where(file => !named.Contains(file.Name) && IsOurs(file.Name))];
    }

    private async Task<IReadOnlyList<StoredFile>> DeleteAsync(List<StoredFile> going)
    {
        var deleted = new List<StoredFile>();
        foreach (var file in going)
        {
            if (await backups.Store.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false)) deleted.Add(file);
        }
        while (true)
        {
            var (before, token) = await backups.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (await backups.TryReplaceAsync(Without(going, before), token, cancellationToken).ConfigureAwait(false)) return deleted;
        }
    }

    // Each name once: what another cleaning listed stays.
    private static BackupCatalogue Without(List<StoredFile> gone, BackupCatalogue before)
    {
        var going = before.Going.ToList();
        foreach (var file in gone) going.Remove(file.Name);
        return before with { Going = going };
    }

    private static bool IsOurs(string name) =>
        name.EndsWith(BackupStore.Suffix, StringComparison.Ordinal) || SnapshotNames.TryRead(name, out _);
}
