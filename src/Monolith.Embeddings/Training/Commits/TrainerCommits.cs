using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// Commits what a trainer has learned, by its schedule: cuts between two batches, and writes beside training. One commit at a time; one
/// that becomes due meanwhile comes after. Used by the training thread.
/// </summary>
/// <param name="chain">Where to.</param>
/// <param name="source">Is told which positions are safe.</param>
/// <param name="options">When.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainerCommits(
    SnapshotChain chain, ExampleSource source, OnlineTrainerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SynchronizationOptions _schedule = options.Synchronization;
    private readonly ChainUpkeep _upkeep = UpkeepOf(chain.Store, options, time);
    private readonly CommitFailures _failures = new(options.Synchronization.Failures, options.Logger ?? NullLogger.Instance, time);
    private long _lastTime = time.GetTimestamp();
    private long _lastStep, _cutStep = -1, _committedStep = -1;
    private long _denseTime;
    private bool _hasDense, _cutHasDense;
    private Task? _writing;
    private Task<bool>? _making;
    private bool _isDisposed;

    /// <summary>The newest commit that is durable; null before the first.</summary>
    public SnapshotCommit? Newest => chain.Newest;

    /// <summary>Why the chain could not be folded the last time; null where it could.</summary>
    public Exception? LastUpkeepFailure => _upkeep.LastFailure;

    /// <summary>Why the last commit failed; null where it did not.</summary>
    public SnapshotException? LastFailure => _failures.Last;

    /// <summary>How many commits failed in a row.</summary>
    public int FailuresInARow => _failures.Count;

    /// <summary>
    /// Called, by any thread, when a commit has ended or room was made, so that what is due then need not wait for a batch; null for none.
    /// </summary>
    public Action? Wake { get; set; }

    /// <summary>Says where the run begins, and whether the store has all that was learned so far.</summary>
    public void Begin(long step, bool isCommitted)
    {
        (_lastStep, _lastTime) = (step, time.GetTimestamp());
        if (!isCommitted) return;
        (_cutStep, _committedStep) = (step, step);
        _upkeep.Begin(chain.RestoredFrom);
    }

    /// <summary>
    /// How long until there is something to do though no batch comes; <see cref="Timeout.InfiniteTimeSpan"/> where only <see cref="Wake"/>
    /// or a batch changes that.
    /// </summary>
    /// <param name="step">How many batches were learned from.</param>
    public TimeSpan DueIn(long step)
    {
        if (_writing is not null) return _writing.IsCompleted ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        if (_upkeep.IsMakingRoom || !IsUncommitted(step)) return Timeout.InfiniteTimeSpan;
        if (_failures.Count > 0) return _failures.RetryIn;
        if (IsDueBySteps(step)) return TimeSpan.Zero;
        if (_schedule.SparseEvery == Timeout.InfiniteTimeSpan) return Timeout.InfiniteTimeSpan;
        var left = _schedule.SparseEvery - time.GetElapsedTime(_lastTime);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Commits if it is time. Called between two batches: after one, and while none comes.</summary>
    /// <param name="step">How many batches were learned from.</param>
    /// <param name="capture">Gives what the commit holds beside the tables, as it is now.</param>
    /// <param name="cancellationToken">Cancels the wait for the store, before the cut.</param>
    /// <exception cref="SnapshotException">Another trainer has taken the store over, or more commits failed than are tolerated.</exception>
    public async ValueTask BetweenBatchesAsync(long step, Func<ValueTask<CapturedState>> capture, CancellationToken cancellationToken)
    {
        if (_writing is { IsCompleted: true }) await EndWritingAsync().ConfigureAwait(false);
        // While room is made, a commit would fail again; it stays due.
        if (_writing is not null || _upkeep.IsMakingRoom) return;
        if (_making is { IsCompletedSuccessfully: true, Result: true }) _failures.RetryNow();
        _making = null;
        if (DueIn(step) == TimeSpan.Zero) await BeginWritingAsync(step, capture, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits the rest, and waits until it is safe.</summary>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async Task FinishAsync(long step, Func<ValueTask<CapturedState>> capture)
    {
        await EndWritingAsync().ConfigureAwait(false);
        if (!_schedule.CommitAtEnd || step == _committedStep) return;
        do
        {
            await _upkeep.MadeRoomAsync().ConfigureAwait(false);
            await BeginWritingAsync(step, capture, CancellationToken.None).ConfigureAwait(false);
            await EndWritingAsync().ConfigureAwait(false);
        }
        while (LastFailure is { IsOutOfRoom: true } && await _upkeep.MadeRoomAsync().ConfigureAwait(false));
        if (LastFailure is { } failure) throw failure.Again();
    }

    /// <summary>Waits for a commit that is being written, and lets go of the chain. What the trainer tells stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        try
        {
            if (_writing is not null) await _writing.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The store is at the commit before, as after any failure; there is no later try.
        }
        _writing = null;
        await _upkeep.DisposeAsync().ConfigureAwait(false);
        await chain.DisposeAsync().ConfigureAwait(false);
    }

    private static ChainUpkeep UpkeepOf(SnapshotStore store, OnlineTrainerOptions options, TimeProvider time)
    {
        var log = options.Logger ?? NullLogger.Instance;
        return new ChainUpkeep(new StoreRoom(store, options, log, time), options.Synchronization, log);
    }

    // A trainer that has not learned anything has nothing to commit before its end.
    private bool IsUncommitted(long step) => step > Math.Max(_committedStep, 0);

    private bool IsDueBySteps(long step) => _schedule.SparseEverySteps is { } steps && step - _lastStep >= steps;

    // What replicas were given before this run is not known.
    private bool IsDenseDue => !_hasDense || time.GetElapsedTime(_denseTime) >= _schedule.DenseEvery;

    private async ValueTask BeginWritingAsync(long step, Func<ValueTask<CapturedState>> capture, CancellationToken cancellationToken)
    {
        (_lastStep, _lastTime) = (step, time.GetTimestamp());
        try
        {
            var captured = await capture().ConfigureAwait(false);
            var contents = new SnapshotCommitContents { Sections = captured.Sections, ServesSections = IsDenseDue };
            var pending = await chain.CutAsync(contents, cancellationToken).ConfigureAwait(false);
            (_cutStep, _cutHasDense) = (step, contents.ServesSections || pending.Kind == SnapshotKind.Full);
            _writing = WriteAsync(pending, captured.Position);
            WakeAfter(_writing);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            Note(GivenUp(cause));
        }
        catch (SnapshotException failure)
        {
            Note(failure);
        }
    }

    // A client of the store that gives up by itself, a timeout for one, is no cancellation of the run.
    private static SnapshotException GivenUp(OperationCanceledException cause) =>
        new(SnapshotFault.Storage, "commit", "an answer of the store", $"none: {cause.Message}", cause);

    private async Task WriteAsync(PendingSnapshot pending, StreamPosition position)
    {
        await using var _ = pending.ConfigureAwait(false);
        await pending.WriteAsync(options.SnapshotProgress).ConfigureAwait(false);
        await source.CommittedAsync(position, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask EndWritingAsync()
    {
        if (_writing is null) return;
        try
        {
            await _writing.ConfigureAwait(false);
            _committedStep = _cutStep;
            if (_cutHasDense) (_hasDense, _denseTime) = (true, _lastTime);
            _failures.Clear();
            _upkeep.Committed(chain.Newest!);
            WatchRoom();
        }
        catch (OperationCanceledException cause)
        {
            Note(GivenUp(cause));
        }
        catch (SnapshotException failure)
        {
            Note(failure);
        }
        finally
        {
            _writing = null;
        }
    }

    private void Note(SnapshotException failure)
    {
        _upkeep.Failed(failure);
        WatchRoom();
        _failures.Add(failure);
    }

    private void WatchRoom()
    {
        if (!_upkeep.IsMakingRoom) return;
        _making = _upkeep.MadeRoomAsync();
        WakeAfter(_making);
    }

    // Asks who waits then, which may be a later run.
    private void WakeAfter(Task task) => task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => Wake?.Invoke());
}
