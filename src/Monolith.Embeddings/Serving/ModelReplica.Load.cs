using System.Diagnostics;
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
                var newest = RequireCommit(found);
                _trainer.Look(newest);
                var manifest = PinnedTo is { } commit ? newest.Until(commit) : newest;
                await LoadAsync(manifest, model, _options.Threads, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _newestNumber, newest.Newest!.Number);
                await FollowTextsAsync(manifest, cancellationToken).ConfigureAwait(false);
                if (newest.Successor is { } successor) TellMovedOn(successor);
                return manifest;
            },
            cancellationToken);

    private Task ReloadAsync(SnapshotManifest manifest, CancellationToken cancellationToken) =>
        LoadAsync(manifest, _state?.Model ?? _initial, IsReady ? 1 : _options.Threads, cancellationToken);

    private async Task LoadAsync(SnapshotManifest manifest, ServingModel? model, int threads, CancellationToken cancellationToken)
    {
        var begun = _timeProvider.GetTimestamp();
        using var span = EmbeddingTrace.Begin(SpanNames.ReplicaLoad);
        span?.SetTag(SpanTags.Replica, Name).SetTag(SpanTags.Commit, (long)manifest.Newest!.Number);
        try
        {
            var loaded = await _loader.LoadAsync(manifest, model, _batch, threads, cancellationToken).ConfigureAwait(false);
            Take(loaded, manifest);
            span?.AddEvent(new ActivityEvent("swapped"));
        }
        catch (Exception failure) when (span.IsFailed(failure))
        {
            throw;
        }
        ReplicaMeter.Changed(Name, isDelta: false, _timeProvider.GetElapsedTime(begun));
    }

    // Calls that read the old tables go on with them.
    private void Take(LoadedChain loaded, SnapshotManifest manifest)
    {
        Interlocked.Add(ref _refusedRows, loaded.RefusedRows);
        var old = Interlocked.Exchange(ref _state, loaded.State);
        if (loaded.Dense is not null) loaded.State.Model.Publish();
        _followed = manifest;
        Volatile.Write(ref _newestNumber, manifest.Newest!.Number);
        _tables = TableVersions.OfLoading(manifest.ServedChain);
        var version = ReplicaVersion.Of(manifest.Chain, manifest.Newest, loaded.Dense ?? 0, _tables, loaded.NewestEventTime);
        Volatile.Write(ref _version, version);
        if (_log.IsEnabled(LogLevel.Information))
            _log.Loaded(manifest.Newest.Number, manifest.Chain, loaded.State.Tables.Sum(table => table.Count));
        old?.Release();
        LetGoOfInitialModel();
        _ready.TrySetResult();
    }

    private static bool HasCommit(StoredManifest? stored) =>
        stored is not null && SnapshotManifest.Parse(stored.Bytes.Span).ServedChain.Any();

    private static SnapshotManifest Parsed(StoredManifest? stored) =>
        RequireCommit(stored is null ? null : SnapshotManifest.Parse(stored.Bytes.Span));

    private static SnapshotManifest RequireCommit(SnapshotManifest? manifest)
    {
        const string empty = "nothing was saved to this store yet.";
        if (manifest is null) throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a manifest", $"none: {empty}");
        if (manifest.Newest is null)
            throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a chain with a commit", $"one without: {empty}");
        if (!manifest.ServedChain.Any())
        {
            throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a commit for replicas",
                $"none up to commit {manifest.Newest.Number}: all are held back before publication.");
        }
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
