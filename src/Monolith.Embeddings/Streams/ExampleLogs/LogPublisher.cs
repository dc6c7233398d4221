using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Reads and changes the manifest of a log, by compare-and-swap. Thread-safe.</summary>
/// <param name="store">The log's store.</param>
internal sealed class LogPublisher(SnapshotStore store)
{
    public SnapshotStore Store => store;

    /// <summary>The manifest as it stands; null where there is none yet.</summary>
    public ValueTask<LogManifest?> ReadAsync(CancellationToken cancellationToken) =>
        LogFaults.CallAsync(store, () => ReadCoreAsync(cancellationToken));

    private async ValueTask<LogManifest?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return stored is null ? null : LogManifestFormat.Read(stored.Bytes.Span);
    }

    /// <summary>Changes the manifest; begins again where another writer was faster.</summary>
    /// <param name="change">Makes the next manifest, or throws.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement that has begun is not interrupted.</param>
    /// <returns>The earlier manifest, null where there was none, and the present one.</returns>
    public ValueTask<(LogManifest? Before, LogManifest Now)> ChangeAsync(
        Func<LogManifest?, LogManifest> change, CancellationToken cancellationToken) =>
        LogFaults.CallAsync(store, () => ChangeCoreAsync(change, cancellationToken));

    private async ValueTask<(LogManifest? Before, LogManifest Now)> ChangeCoreAsync(
        Func<LogManifest?, LogManifest> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
            var before = stored is null ? null : LogManifestFormat.Read(stored.Bytes.Span);
            var now = change(before);
            var bytes = LogManifestFormat.Write(now);
            if (stored is not null && stored.Bytes.Span.SequenceEqual(bytes)) return (before, now);
            if (await store.TryReplaceManifestAsync(bytes, stored?.Token, cancellationToken).ConfigureAwait(false) is not null)
                return (before, now);
        }
    }

    /// <summary>Changes the manifest on behalf of a writer.</summary>
    /// <exception cref="SnapshotException">Another writer took the log over.</exception>
    public async ValueTask<(LogManifest? Before, LogManifest Now)> ChangeAsync(
        Guid writer, Func<LogManifest, LogManifest> change, CancellationToken cancellationToken) =>
        await ChangeAsync(manifest => change(Own(manifest, writer)), cancellationToken).ConfigureAwait(false);

    private static LogManifest Own(LogManifest? manifest, Guid writer)
    {
        if (manifest?.Writer == writer) return manifest;
        throw new SnapshotException(SnapshotFault.Refused, LogManifestFormat.Name, $"an example log that writer {writer} writes",
            manifest is null ? "no manifest." : $"writer {manifest.Writer}, who took it over. One trainer writes to a log.")
        {
            IsReplaced = true,
        };
    }
}
