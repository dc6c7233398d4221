using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// Changes a store's manifest: reads it, makes the next one, replaces it, and begins again where another writer was faster. A trainer, a
/// compaction and a cleaning may each have one, in any process. Thread-safe.
/// </summary>
/// <param name="store">The store.</param>
internal sealed class SnapshotPublisher(SnapshotStore store)
{
    /// <summary>How often files may go, because the chain was folded and cleaned, while they are read.</summary>
    private const int Attempts = 5;

    /// <summary>The store.</summary>
    public SnapshotStore Store => store;

    /// <summary>For which chain a migration had left the store that was taken over last; null for none.</summary>
    public SnapshotSuccessor? TakenBackFrom { get; private set; }

    /// <summary>The manifest as it stands; null where there is none yet.</summary>
    /// <exception cref="SnapshotException">It cannot be read.</exception>
    public async ValueTask<SnapshotManifest?> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        return stored is null ? null : SnapshotManifest.Parse(stored.Bytes.Span);
    }

    /// <summary>
    /// Reads files that the manifest names. Where one is gone, because the chain was folded and cleaned meanwhile, begins again with the
    /// manifest of then, a few times.
    /// </summary>
    /// <param name="read">Reads the files; is given null where there is no manifest yet.</param>
    /// <param name="cancellationToken">Cancels the reading of the manifest.</param>
    /// <exception cref="SnapshotException">A file is missing each time, or something else is wrong.</exception>
    public Task<T> ReadFilesAsync<T>(Func<SnapshotManifest?, Task<T>> read, CancellationToken cancellationToken) =>
        ReadStoredFilesAsync(stored => read(stored is null ? null : SnapshotManifest.Parse(stored.Bytes.Span)), cancellationToken);

    /// <summary>As <see cref="ReadFilesAsync"/>, of the manifest as it is stored: the one place that begins again.</summary>
    /// <param name="read">Reads the files; is given null where there is no manifest yet.</param>
    /// <param name="cancellationToken">Cancels the reading of the manifest.</param>
    /// <exception cref="SnapshotException">A file is missing each time, or something else is wrong.</exception>
    public async Task<T> ReadStoredFilesAsync<T>(Func<StoredManifest?, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await read(stored).ConfigureAwait(false);
            }
            catch (SnapshotException exception) when (IsGone(exception) && attempt < Attempts)
            {
                // The manifest of now may name others.
            }
        }
    }

    /// <summary>
    /// Takes the chain over for a new trainer, or begins it where there is none. The manifest that this returns says the incarnation that
    /// the trainer's commits carry.
    /// </summary>
    /// <param name="newChain">The identity of the chain, if one must be begun: random bits.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement that has begun is not interrupted.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    /// <param name="trainer">The identity of the trainer: random bits.</param>
    public ValueTask<SnapshotManifest> TakeOverAsync(Guid newChain, CancellationToken cancellationToken, Guid trainer = default) =>
        ChangeAsync(
            manifest =>
            {
                TakenBackFrom = manifest?.Successor;
                return manifest is null ? SnapshotManifest.Begin(newChain, trainer) : manifest.TakeOver(trainer);
            },
            cancellationToken);

    /// <summary>Publishes a commit: both its files are visible to readers from one instant on. They must be durable.</summary>
    /// <param name="chain">The chain that it was made for.</param>
    /// <param name="commit">The commit, with the incarnation that <see cref="TakeOverAsync"/> gave.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement that has begun is not interrupted.</param>
    /// <exception cref="SnapshotException">
    /// The trainer was replaced, the commit breaks a rule (<see cref="SnapshotFault.Refused"/>), the store holds another chain, or it
    /// failed; in the last case alone the commit may still be there, and <see cref="ReadAsync"/> tells.
    /// </exception>
    public ValueTask<SnapshotManifest> AppendAsync(Guid chain, SnapshotCommit commit, CancellationToken cancellationToken) =>
        ChangeAsync(manifest => Of(chain, manifest) is var found && found.Commits.Contains(commit) ? found : found.Append(commit),
            cancellationToken);

    /// <summary>Publishes a sign of life of a trainer.</summary>
    /// <param name="chain">The chain that it holds.</param>
    /// <param name="trainer">The trainer's identity.</param>
    /// <param name="heartbeat">The sign.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement that has begun is not interrupted.</param>
    /// <exception cref="SnapshotException">The trainer was replaced, or the store failed.</exception>
    public ValueTask<SnapshotManifest> BeatAsync(
        Guid chain, Guid trainer, SnapshotHeartbeat heartbeat, CancellationToken cancellationToken) =>
        ChangeAsync(manifest => Of(chain, manifest).Beat(trainer, heartbeat), cancellationToken);

    /// <summary>Publishes a full that compaction made, behind the commit that it stands for. Its files must be durable.</summary>
    /// <param name="chain">The chain that it was made of.</param>
    /// <param name="full">The full, with the number, incarnation and cut of that commit.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement that has begun is not interrupted.</param>
    /// <exception cref="SnapshotException">As <see cref="AppendAsync"/>.</exception>
    public ValueTask<SnapshotManifest> CompactAsync(Guid chain, SnapshotCommit full, CancellationToken cancellationToken) =>
        ChangeAsync(
            manifest => Of(chain, manifest) is var found && found.Commits.Contains(full) ? found : found.Compact(full), cancellationToken);

    /// <summary>Changes the manifest; <paramref name="change"/> is called again for each manifest that it is tried on.</summary>
    /// <param name="change">Makes the next manifest, or throws.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement that has begun is not interrupted.</param>
    public async ValueTask<SnapshotManifest> ChangeAsync(
        Func<SnapshotManifest?, SnapshotManifest> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
            var found = stored is null ? null : SnapshotManifest.Parse(stored.Bytes.Span);
            var next = change(found);
            // The change is there already: a store may have lost its answer, and tried again by itself.
            if (next == found) return next;
            var token = await store.TryReplaceManifestAsync(next.ToBytes(), stored?.Token, cancellationToken).ConfigureAwait(false);
            if (token is not null) return next;
        }
    }

    // A manifest that is missing, or has no commit, does not come by waiting.
    private static bool IsGone(SnapshotException exception) =>
        exception.Fault == SnapshotFault.Missing && exception.File != DiskManifest.Name;

    private static SnapshotManifest Of(Guid chain, SnapshotManifest? manifest)
    {
        if (manifest is null) throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, $"chain {chain}", "no manifest.");
        if (manifest.Chain == chain) return manifest;
        throw new SnapshotException(SnapshotFault.Mismatch, DiskManifest.Name, $"chain {chain}", $"chain {manifest.Chain}.")
        {
            IsReplaced = true,
        };
    }
}
