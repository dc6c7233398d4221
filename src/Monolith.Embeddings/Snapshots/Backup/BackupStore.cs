using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>A store of back-ups: its catalogue, and the manifests of its back-ups. Thread-safe.</summary>
/// <param name="store">The store.</param>
internal sealed class BackupStore(SnapshotStore store)
{
    /// <summary>What names of the back-ups' manifests end with.</summary>
    public const string Suffix = ".backup";

    public SnapshotStore Store => store;

    /// <summary>The catalogue as it stands, and the token of its version; null where there is none yet.</summary>
    /// <exception cref="SnapshotException">The store holds something else, or failed.</exception>
    public async ValueTask<(BackupCatalogue Catalogue, string? Token)> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return stored is null ? (BackupCatalogue.Empty, null) : (BackupCatalogue.Parse(stored.Bytes), stored.Token);
    }

    /// <summary>Replaces the catalogue of a token; false where another writer was faster.</summary>
    public async ValueTask<bool> TryReplaceAsync(BackupCatalogue catalogue, string? token, CancellationToken cancellationToken) =>
        await store.TryReplaceManifestAsync(catalogue.ToBytes(), token, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Reads the manifest of a back-up.</summary>
    /// <exception cref="SnapshotException">It is missing, or was changed.</exception>
    public async Task<SnapshotManifest> ReadManifestAsync(SnapshotBackupEntry backup, CancellationToken cancellationToken)
    {
        var entry = backup.Manifest;
        using var file = await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false);
        var bytes = await Task.Run(() => FileBytes.Read(file, entry), cancellationToken).ConfigureAwait(false);
        return SnapshotManifest.Parse(bytes);
    }

    /// <summary>Whether all files of a back-up are there; reads none but its manifest.</summary>
    public async Task<bool> HasAllOfAsync(SnapshotBackupEntry backup, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await ReadManifestAsync(backup, cancellationToken).ConfigureAwait(false);
            return await CommitCopy.AreThereAsync(store, manifest.Commits, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.Fault is SnapshotFault.Missing or SnapshotFault.Damaged)
        {
            return false;
        }
    }

    /// <summary>Writes the manifest of a back-up, durably.</summary>
    /// <param name="backup">The back-up.</param>
    /// <param name="commit">The number of its commit.</param>
    /// <param name="bytes">The manifest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<SnapshotFileEntry> WriteManifestAsync(Guid backup, ulong commit, byte[] bytes, CancellationToken cancellationToken)
    {
        var name = $"{commit:d12}-{backup:n}{Suffix}";
        var file = await store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await using var _ = file.ConfigureAwait(false);
        await Task.Run(() => file.Write(bytes), cancellationToken).ConfigureAwait(false);
        await file.CommitAsync(cancellationToken).ConfigureAwait(false);
        return EntryOf(name, bytes);
    }

    /// <summary>A file of these bytes.</summary>
    public static SnapshotFileEntry EntryOf(string name, byte[] bytes) =>
        new() { Name = name, Length = bytes.Length, Crc32C = Crc32C.Hash(bytes) };

    /// <summary>The back-up of an identity; the newest where that is null.</summary>
    /// <exception cref="SnapshotException">There is none.</exception>
    public async Task<SnapshotBackupEntry> FindAsync(Guid? backup, CancellationToken cancellationToken)
    {
        var all = (await ReadAsync(cancellationToken).ConfigureAwait(false)).Catalogue.Entries;
        return all.LastOrDefault(entry => backup is null || entry.Id == backup) ?? throw new SnapshotException(
            SnapshotFault.Missing, backup?.ToString("n") ?? "catalogue", "a back-up", $"none such among {all.Count}.");
    }
}
