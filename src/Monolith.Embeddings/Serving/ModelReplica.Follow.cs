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
    /// Follows deltas that come by other means than the store. Where the replica cannot apply one, it reads the store instead; where that
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
            TellOfFailure(failure);
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
            TellOfRecovery();
            return result;
        }
        catch (Exception failure) when (IsTriedAgain(failure, cancellationToken))
        {
            Volatile.Write(ref _lastFailure, failure);
            ReplicaMeter.Failed(failure);
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
        if (stored is not null && stored.Token == _followedToken)
        {
            _trainer.LookAgain();
            TellOfTrainer();
            return false;
        }
        if (!IsReady && !HasCommit(stored)) return false;
        if (stored is not null && stored.Token == _mismatch?.Token) ExceptionDispatchInfo.Throw(_mismatch.Value.Failure);
        try
        {
            var (manifest, movedTo) = (Parsed(stored), MovedTo);
            _trainer.Look(manifest);
            var isChanged = await (PinnedTo is { } commit
                ? HoldAsync(manifest, commit, cancellationToken)
                : AdvanceAsync(manifest, cancellationToken)).ConfigureAwait(false);
            await FollowTextsAsync(manifest, cancellationToken).ConfigureAwait(false);
            if (manifest.Successor is { } successor && successor != movedTo) TellMovedOn(successor);
            (_followedToken, _followed) = (stored!.Token, manifest);
            TellOfTrainer();
            return isChanged;
        }
        catch (SnapshotException failure) when (failure.Fault == SnapshotFault.Mismatch && stored is not null)
        {
            // A chain of another model is not loaded again and again.
            _mismatch = (stored.Token, failure);
            throw;
        }
    }

    private void TellMovedOn(SnapshotSuccessor successor) => _log.SchemaMovedOn(_version.Number, successor.Schema, successor.Chain);

    private async Task<bool> AdvanceAsync(SnapshotManifest manifest, CancellationToken cancellationToken)
    {
        var before = _version;
        if (!IsReady) await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
        var isOther = IsOtherHistory(manifest);
        RequireSameChain(manifest, isOther);
        Volatile.Write(ref _newestNumber, manifest.Newest!.Number);
        if (isOther) _log.StoreSetBack(_version.Number, manifest.Newest.Number);
        if (isOther) await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
        while (_version.Number < manifest.Newest.Number)
        {
            var next = manifest.NextOf(_version.Number, _version.Commit, _version.Cut);
            // A delta that lacks some of what changed in a table since the replica's state of it is of no use, and the newest full is.
            if (next is null || !_tables.CanTake(next)) await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
            else await ApplyOrReloadAsync(manifest, next, cancellationToken).ConfigureAwait(false);
        }
        return _version != before;
    }

    // A delta that is of no use is done without, where the chain has a full behind it.
    private async Task ApplyOrReloadAsync(SnapshotManifest manifest, SnapshotCommit delta, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyOfStoreAsync(manifest.Chain, delta, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException failure) when (IsHealedByReloading(failure, manifest))
        {
            await ReloadAsync(manifest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ApplyOfStoreAsync(Guid chain, SnapshotCommit delta, CancellationToken cancellationToken)
    {
        using var span = EmbeddingTrace.Begin(SpanNames.ReplicaDelta);
        span?.SetTag(SpanTags.Replica, Name).SetTag(SpanTags.Commit, (long)delta.Number).SetTag(SpanTags.Rows, delta.Rows);
        try
        {
            var begun = _timeProvider.GetTimestamp();
            using var files = await ReplicaDelta.OpenAsync(_loader, chain, delta, cancellationToken).ConfigureAwait(false);
            Apply(files, chain, delta, cancellationToken);
            ReplicaMeter.Changed(Name, isDelta: true, _timeProvider.GetElapsedTime(begun));
            _log.Applied(delta.Number, delta.Rows, delta.Tombstones);
        }
        catch (Exception failure) when (span.IsFailed(failure))
        {
            throw;
        }
    }

    private bool IsHealedByReloading(SnapshotException failure, SnapshotManifest manifest) => failure.Fault switch
    {
        SnapshotFault.Missing => false,
        SnapshotFault.Mismatch when _hasFactory => true,
        _ => manifest.ServedChain.First().Number > _version.Number,
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
        if (PinnedTo is not null) return DeltaOutcome.HeldBack;
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
        if (!_tables.CanTake(commit))
        {
            var lacking = commit.ServedTables.FirstOrDefault(table => !table.IsLeftOut && _tables[table.Name] < table.From);
            throw new SnapshotException(SnapshotFault.Refused, name,
                "a delta with all changes of each table since the replica's state of it",
                lacking is null
                    ? "one that lacks those of a table. Catch up from the store."
                    : $"those of '{lacking.Name}' since commit {lacking.From}; the replica has it as of commit {_tables[lacking.Name]}. "
                        + "Catch up from the store.");
        }
        var open = await delta.OpenAsync(cancellationToken).ConfigureAwait(false);
        var begun = _timeProvider.GetTimestamp();
        var file = ReplicaFile.Open(open, delta.Chain, commit, ReplicaLoader.FilesOf(commit).Last(), threads: 1, cancellationToken);
        using var files = new ReplicaDelta([file]);
        Apply(files, delta.Chain, commit, cancellationToken);
        ReplicaMeter.Changed(Name, isDelta: true, _timeProvider.GetElapsedTime(begun));
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
        _tables = _tables.After(commit);
        var version = ReplicaVersion.Of(chain, commit, dense, _tables, delta.NewestEventTime);
        // What is held brings nothing newer.
        if (commit.IsHeld) version = version with { EventTime = _version.EventTime };
        Volatile.Write(ref _version, version);
    }
}
