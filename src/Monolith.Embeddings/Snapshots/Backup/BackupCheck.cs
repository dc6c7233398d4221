namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>Reads all back-ups. Used once.</summary>
/// <param name="backups">The back-ups.</param>
/// <param name="cancellationToken">Asked before each piece.</param>
internal sealed class BackupCheck(BackupStore backups, CancellationToken cancellationToken)
{
    private readonly List<SnapshotException> _problems = [];

    /// <summary>Tells what is wrong.</summary>
    public async Task<IReadOnlyList<SnapshotException>> RunAsync()
    {
        var files = new HashSet<SnapshotFileEntry>();
        foreach (var backup in (await backups.ReadAsync(cancellationToken).ConfigureAwait(false)).Catalogue.Entries)
        {
            await TryAsync(async () =>
            {
                var manifest = await backups.ReadManifestAsync(backup, cancellationToken).ConfigureAwait(false);
                files.UnionWith(manifest.Files);
            }).ConfigureAwait(false);
        }
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
            await TryAsync(() => VerifyAsync(file)).ConfigureAwait(false);
        return _problems;
    }

    private async Task VerifyAsync(SnapshotFileEntry file)
    {
        using var open = await backups.Store.OpenAsync(file.Name, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => FileBytes.Copy(open, file, Stream.Null, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (SnapshotException problem)
        {
            _problems.Add(problem);
        }
    }
}
