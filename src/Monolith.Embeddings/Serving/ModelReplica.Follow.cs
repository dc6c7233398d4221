using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    private const string ManifestName = "manifest.json";

    private readonly SemaphoreSlim _applying = new(1);
    private readonly RowBatch _batch = new();
    private ulong _newestNumber;
    private string? _followedToken;
    private SnapshotManifest? _followed;
    private (string Token, SnapshotException Failure)? _mismatch;

    /// <summary>Applies a delta, if the replica stands where it begins.</summary>
    /// <param name="delta">The delta.</param>
    /// <param name="cancellationToken">Asked between two blocks; where it stops, the delta is to be given again.</param>
    /// <returns>Whether it was applied, or had been before.</returns>
    /// <exception cref="SnapshotException">There is a gap between the replica's version and the delta, or its file cannot be used; the replica is as it was. <see cref="CatchUpAsync"/> heals a gap from the store.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public Task<DeltaOutcome> ApplyAsync(DeltaSnapshot delta, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(delta);
        return RunAloneAsync(() => ApplyAloneAsync(delta, cancellationToken), cancellationToken);
    }

    /// <summary>Looks at the store, and applies what is new. With <see cref="ModelReplicaOptions.PollEvery"/> this happens by itself.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether the replica holds another version than before.</returns>
    /// <exception cref="SnapshotException">The store or a file cannot be used; the replica stays at a version that it had on the way, and serves.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public Task<bool> CatchUpAsync(CancellationToken cancellationToken = default) => RunAloneAsync(() => CatchUpAloneAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Follows deltas that come by other means than the store. One that the replica cannot apply is made good from the store; where that fails too, <see cref="LastFailure"/> says why, and the next delta
    /// is tried.
    /// </summary>
    /// <param name="deltas">Deltas, usually in order; repeated ones change nothing.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <returns>Completes when the deltas end.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public async Task FollowAsync(IAsyncEnumerable<DeltaSnapshot> deltas, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deltas);
        await foreach (var delta in deltas.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await ApplyAsync(delta, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (IsTriedAgain(failure, cancellationToken))
            {
                await TryCatchUpAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A store's client may have timeouts, and ends, of its own: only those of the caller and of the replica are none of its failures.
    private bool IsTriedAgain(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        ObjectDisposedException => Volatile.Read(ref _state) is not null,
        _ => true,
    };

    private async Task PollAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.PollEvery, _timeProvider, _stopping.Token).ConfigureAwait(false);
                await TryCatchUpAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task TryCatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsTriedAgain(failure, cancellationToken))
        {
            _log.CouldNotFollow(failure, _version.Number);
        }
    }

    // One change at a time, on a thread of the pool; what failed is remembered until something succeeds.
    private async Task<T> RunAloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_state is null, this);
            var result = await Task.Run(work, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _lastFailure, null);
            return result;
        }
        catch (Exception failure) when (IsTriedAgain(failure, cancellationToken))
        {
            Volatile.Write(ref _lastFailure, failure);
            throw;
        }
        finally
        {
            _applying.Release();
        }
    }

    private async Task<bool> CatchUpAloneAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await _store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
            if (stored is not null && stored.Token == _followedToken) return false;
            if (stored is not null && stored.Token == _mismatch?.Token) ExceptionDispatchInfo.Throw(_mismatch.Value.Failure);
            try
            {
                var manifest = Parsed(stored);
                var isChanged = await AdvanceAsync(manifest, cancellationToken).ConfigureAwait(false);
                (_followedToken, _followed) = (stored!.Token, manifest);
                return isChanged;
            }
            catch (SnapshotException failure) when (failure.Fault == SnapshotFault.Mismatch && stored is not null)
            {
                // A chain of another model is not loaded again and again.
                _mismatch = (stored.Token, failure);
                throw;
            }
            catch (SnapshotException failure) when (failure.Fault == SnapshotFault.Missing && attempt < SnapshotPublisher.Attempts)
            {
                // The next manifest may do without the file.
            }
        }
    }

    private async Task<bool> AdvanceAsync(SnapshotManifest manifest, CancellationToken cancellationToken)
    {
        var before = _version;
        var isOther = IsOtherHistory(manifest);
        RequireSameChain(manifest, isOther);
        Volatile.Write(ref _newestNumber, manifest.Newest!.Number);
        if (isOther) await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
        while (_version.Number < manifest.Newest.Number)
        {
            var next = manifest.Commits.FirstOrDefault(c => c.Number == _version.Number + 1 && c.GoesOnFrom(_version.Commit, _version.Cut));
            if (next is null) await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
            else await ApplyOrReloadAsync(manifest, next, cancellationToken).ConfigureAwait(false);
        }
        return _version != before;
    }

    // A delta that is of no use is done without, where the chain has a full behind it.
    private async Task ApplyOrReloadAsync(SnapshotManifest manifest, SnapshotCommit delta, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var which in ReplicaLoader.FilesOf(delta))
            {
                using var file = await _loader.OpenAsync(manifest.Chain, delta, which, threads: 1, cancellationToken).ConfigureAwait(false);
                Apply(file, cancellationToken);
            }
            Volatile.Write(ref _version, ReplicaVersion.Of(manifest.Chain, delta));
        }
        catch (SnapshotException failure) when (IsHealedByReloading(failure, manifest))
        {
            await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsHealedByReloading(SnapshotException failure, SnapshotManifest manifest) => failure.Fault switch
    {
        SnapshotFault.Missing => false,
        SnapshotFault.Mismatch when _hasFactory => true,
        _ => manifest.NewestChain.First().Number > _version.Number,
    };

    private async Task<DeltaOutcome> ApplyAloneAsync(DeltaSnapshot delta, CancellationToken cancellationToken)
    {
        var (version, commit, name) = (_version, delta.Commit, delta.File.Name);
        if (delta.Chain != version.Chain) throw new SnapshotException(SnapshotFault.Mismatch, name, $"a delta of chain {version.Chain}", $"one of chain {delta.Chain}.");
        Volatile.Write(ref _newestNumber, Math.Max(_newestNumber, commit.Number));
        if (commit.Number == version.Number && commit.Identity != version.Commit)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, name, $"a delta after commit {version.Commit}",
                $"{commit.Identity}, another commit {commit.Number}: the store was set back and trained on. Catch up from the store.");
        }
        if (commit.To <= version.Cut) return DeltaOutcome.AlreadyApplied;
        if (commit.From != version.Cut)
            throw new SnapshotException(SnapshotFault.Refused, name, $"a delta from cut {version.Cut}", $"one from cut {commit.From} to {commit.To}: deltas between are missing.");
        if (!commit.GoesOnFrom(version.Commit, version.Cut))
        {
            throw new SnapshotException(SnapshotFault.Mismatch, name, $"a delta that goes on from commit {version.Commit}",
                $"one that goes on from {commit.Parent}: the store was set back and trained on. Catch up from the store.");
        }
        var open = await delta.OpenAsync(cancellationToken).ConfigureAwait(false);
        using var file = ReplicaFile.Open(open, delta.Chain, commit, ReplicaLoader.FilesOf(commit).Last(), threads: 1, cancellationToken);
        Apply(file, cancellationToken);
        Volatile.Write(ref _version, ReplicaVersion.Of(delta.Chain, commit));
        return DeltaOutcome.Applied;
    }

    // The dense weights come first: they are the last thing that can be refused.
    private void Apply(ReplicaFile file, CancellationToken cancellationToken)
    {
        var state = _state!;
        file.RequireSchema(state.Model.Schema);
        if (file.Dense is not null) state.Model.Load(file.Dense);
        Interlocked.Add(ref _refusedRows, file.Apply(state.Tables, _batch, threads: 1, cancellationToken));
        if (file.Dense is not null) state.Model.Publish();
    }

    private Task<SnapshotManifest> LoadFirstAsync(ServingModel? model, CancellationToken cancellationToken) =>
        new SnapshotPublisher(_store).ReadFilesAsync(
            async found =>
            {
                var manifest = RequireCommit(found);
                Take(await _loader.LoadAsync(manifest, model, _batch, _options.Threads, cancellationToken).ConfigureAwait(false), manifest);
                return manifest;
            },
            cancellationToken);

    private async Task ReloadAsync(SnapshotManifest manifest, CancellationToken cancellationToken) =>
        Take(await _loader.LoadAsync(manifest, _state!.Model, _batch, threads: 1, cancellationToken).ConfigureAwait(false), manifest);

    // Whoever reads the old tables goes on with them.
    private void Take(LoadedChain loaded, SnapshotManifest manifest)
    {
        Interlocked.Add(ref _refusedRows, loaded.RefusedRows);
        var old = Interlocked.Exchange(ref _state, loaded.State);
        if (loaded.HasDenseWeights) loaded.State.Model.Publish();
        _followed = manifest;
        Volatile.Write(ref _newestNumber, manifest.Newest!.Number);
        Volatile.Write(ref _version, ReplicaVersion.Of(manifest.Chain, manifest.Newest));
        if (_log.IsEnabled(LogLevel.Information))
            _log.Loaded(manifest.Newest.Number, manifest.Chain, loaded.State.Tables.Sum(table => table.Count));
        old?.Release();
    }

    private static SnapshotManifest Parsed(StoredManifest? stored) =>
        RequireCommit(stored is null ? null : SnapshotManifest.Parse(stored.Bytes.Span));

    private static SnapshotManifest RequireCommit(SnapshotManifest? manifest)
    {
        if (manifest is null) throw new SnapshotException(SnapshotFault.Missing, ManifestName, "a manifest", "none: nothing was saved to this store yet.");
        if (manifest.Newest is null) throw new SnapshotException(SnapshotFault.Missing, ManifestName, "a chain with a commit", "one without: nothing was saved to this store yet.");
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
        if (manifest.Chain != _version.Chain) throw new SnapshotException(SnapshotFault.Mismatch, ManifestName, $"chain {_version.Chain}", $"chain {manifest.Chain}. Open another replica to follow that.");
        if (manifest.Newest!.Number < _version.Number && !isOther)
            throw new SnapshotException(SnapshotFault.Mismatch, ManifestName,
                $"commit {_version.Number} or a later one",
                $"{manifest.Newest.Number} as the newest: the store was set back, or gives an old manifest. The replica "
                + "follows it again once it has a commit that is new to the replica.");
    }
}
