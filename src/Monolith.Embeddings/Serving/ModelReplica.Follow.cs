using System.Runtime.ExceptionServices;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Serving.Loading;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
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
    /// <exception cref="SnapshotException">
    /// There is a gap between the replica's version and the delta, or its file cannot be used; the replica is as it was.
    /// <see cref="CatchUpAsync"/> heals a gap from the store.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public Task<DeltaOutcome> ApplyAsync(DeltaSnapshot delta, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(delta);
        return RunAloneAsync(() => ApplyAloneAsync(delta, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Looks at the store, and applies what is new. With <see cref="ModelReplicaOptions.PollEvery"/> this happens by itself.
    /// </summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether the replica holds another version than before.</returns>
    /// <exception cref="SnapshotException">
    /// The store or a file cannot be used; the replica stays at a version that it had on the way, and serves.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public Task<bool> CatchUpAsync(CancellationToken cancellationToken = default) =>
        RunAloneAsync(() => CatchUpAloneAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Follows deltas that come by other means than the store. One that the replica cannot apply is made good from the store; where that
    /// fails too, <see cref="LastFailure"/> says why, and the next delta is tried.
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
        ObjectDisposedException => !Volatile.Read(ref _isClosed),
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
            ObjectDisposedException.ThrowIf(_isClosed, this);
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

    private Task<bool> CatchUpAloneAsync(CancellationToken cancellationToken) =>
        new SnapshotPublisher(_store).ReadStoredFilesAsync(stored => CatchUpToAsync(stored, cancellationToken), cancellationToken);

    private async Task<bool> CatchUpToAsync(StoredManifest? stored, CancellationToken cancellationToken)
    {
        if (stored is not null && stored.Token == _followedToken) return false;
        if (!IsReady && !HasCommit(stored)) return false;
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
    }

    private async Task<bool> AdvanceAsync(SnapshotManifest manifest, CancellationToken cancellationToken)
    {
        var before = _version;
        if (!IsReady) await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
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
            using var files = await ReplicaDelta.OpenAsync(_loader, manifest.Chain, delta, cancellationToken).ConfigureAwait(false);
            Apply(files, manifest.Chain, delta, cancellationToken);
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
        if (!IsReady)
        {
            throw new SnapshotException(SnapshotFault.Refused, name, "a replica that holds a commit",
                "one that holds none yet: catch up from the store first.");
        }
        if (delta.Chain != version.Chain)
            throw new SnapshotException(SnapshotFault.Mismatch, name, $"a delta of chain {version.Chain}", $"one of chain {delta.Chain}.");
        Volatile.Write(ref _newestNumber, Math.Max(_newestNumber, commit.Number));
        if (commit.Number == version.Number && commit.Identity != version.Commit)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, name, $"a delta after commit {version.Commit}",
                $"{commit.Identity}, another commit {commit.Number}: the store was set back and trained on. Catch up from the store.");
        }
        if (commit.To <= version.Cut) return DeltaOutcome.AlreadyApplied;
        if (commit.From != version.Cut)
        {
            throw new SnapshotException(SnapshotFault.Refused, name, $"a delta from cut {version.Cut}",
                $"one from cut {commit.From} to {commit.To}: deltas between are missing.");
        }
        if (!commit.GoesOnFrom(version.Commit, version.Cut))
        {
            throw new SnapshotException(SnapshotFault.Mismatch, name, $"a delta that goes on from commit {version.Commit}",
                $"one that goes on from {commit.Parent}: the store was set back and trained on. Catch up from the store.");
        }
        var open = await delta.OpenAsync(cancellationToken).ConfigureAwait(false);
        var file = ReplicaFile.Open(open, delta.Chain, commit, ReplicaLoader.FilesOf(commit).Last(), threads: 1, cancellationToken);
        using var files = new ReplicaDelta([file]);
        Apply(files, delta.Chain, commit, cancellationToken);
        return DeltaOutcome.Applied;
    }

    // The dense weights come first: they are the last thing that can be refused.
    private void Apply(ReplicaDelta delta, Guid chain, SnapshotCommit commit, CancellationToken cancellationToken)
    {
        var state = _state!;
        delta.RequireSchema(state.Model.Schema);
        if (delta.Dense is not null) state.Model.Load(delta.Dense);
        Interlocked.Add(ref _refusedRows, delta.Apply(state.Tables, _batch, cancellationToken));
        if (delta.Dense is not null) state.Model.Publish();
        var dense = delta.Dense is not null ? commit.Number : _version.DenseNumber;
        Volatile.Write(ref _version, ReplicaVersion.Of(chain, commit, dense));
    }
}
