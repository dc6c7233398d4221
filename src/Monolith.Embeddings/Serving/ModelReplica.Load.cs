using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Serving.Loading;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    private Task<SnapshotManifest> LoadFirstAsync(ServingModel? model, CancellationToken cancellationToken) =>
        new SnapshotPublisher(_store).ReadFilesAsync(
            async found =>
            {
                var manifest = RequireCommit(found);
                Take(await _loader.LoadAsync(manifest, model, _batch, _options.Threads, cancellationToken).ConfigureAwait(false), manifest);
                return manifest;
            },
            cancellationToken);

    private async Task ReloadAsync(SnapshotManifest manifest, CancellationToken cancellationToken)
    {
        var (model, threads) = (_state?.Model ?? _initial, IsReady ? 1 : _options.Threads);
        Take(await _loader.LoadAsync(manifest, model, _batch, threads, cancellationToken).ConfigureAwait(false), manifest);
    }

    // Calls that read the old tables go on with them.
    private void Take(LoadedChain loaded, SnapshotManifest manifest)
    {
        Interlocked.Add(ref _refusedRows, loaded.RefusedRows);
        var old = Interlocked.Exchange(ref _state, loaded.State);
        if (loaded.Dense is not null) loaded.State.Model.Publish();
        _followed = manifest;
        Volatile.Write(ref _newestNumber, manifest.Newest!.Number);
        Volatile.Write(ref _version, ReplicaVersion.Of(manifest.Chain, manifest.Newest, loaded.Dense ?? 0));
        if (_log.IsEnabled(LogLevel.Information))
            _log.Loaded(manifest.Newest.Number, manifest.Chain, loaded.State.Tables.Sum(table => table.Count));
        old?.Release();
        LetGoOfInitialModel();
        _ready.TrySetResult();
    }

    private static bool HasCommit(StoredManifest? stored) =>
        stored is not null && SnapshotManifest.Parse(stored.Bytes.Span).Newest is not null;

    private static SnapshotManifest Parsed(StoredManifest? stored) =>
        RequireCommit(stored is null ? null : SnapshotManifest.Parse(stored.Bytes.Span));

    private static SnapshotManifest RequireCommit(SnapshotManifest? manifest)
    {
        const string empty = "nothing was saved to this store yet.";
        if (manifest is null) throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a manifest", $"none: {empty}");
        if (manifest.Newest is null)
            throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a chain with a commit", $"one without: {empty}");
        return manifest;
    }

    // Numbers occur again where a store was set back to a copy and trained on; identities tell. An old manifest, that a slow store may
    // give, names commits that were seen before.
    private bool IsOtherHistory(SnapshotManifest manifest)
    {
        if (manifest.Chain != _version.Chain) return false;
        if (manifest.Newest!.Number >= _version.Number) return IsOther(manifest, _version.Number, _version.Commit);
        return _followed is not null && IsOther(_followed, manifest.Newest.Number, manifest.Newest.Identity);
    }

    // Whether a manifest has a commit of that number, but none of that identity.
    private static bool IsOther(SnapshotManifest manifest, ulong number, Guid identity)
    {
        var same = manifest.Commits.Where(c => c.Number == number).ToList();
        return same.Count > 0 && !same.Exists(c => c.Identity == identity);
    }

    private void RequireSameChain(SnapshotManifest manifest, bool isOther)
    {
        if (manifest.Chain != _version.Chain)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, DiskManifest.Name, $"chain {_version.Chain}",
                $"chain {manifest.Chain}. Open another replica to follow that.");
        }
        if (manifest.Newest!.Number < _version.Number && !isOther)
            throw new SnapshotException(SnapshotFault.Mismatch, DiskManifest.Name,
                $"commit {_version.Number} or a later one",
                $"{manifest.Newest.Number} as the newest: the store was set back, or gives an old manifest. The replica "
                + "follows it again once it has a commit that is new to the replica.");
    }
}
