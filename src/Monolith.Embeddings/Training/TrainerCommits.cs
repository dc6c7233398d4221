using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Commits what a trainer has learned, by its schedule: cuts between two batches, and writes beside training. One commit at a time; one
/// that becomes due meanwhile waits for the next batch after. Used by the training thread.
/// </summary>
/// <param name="chain">Where to.</param>
/// <param name="source">Is told which positions are safe.</param>
/// <param name="options">When.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainerCommits(
    SnapshotChain chain, ExampleSource source, OnlineTrainerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SynchronizationOptions _schedule = options.Synchronization;
    private readonly ILogger _log = options.Logger ?? NullLogger.Instance;
    private readonly ChainUpkeep _upkeep = UpkeepOf(chain.Store, options, time);
    private long _lastTime = time.GetTimestamp();
    private long _lastStep, _cutStep = -1;
    private Task? _writing;
    private int _failures;

    /// <summary>The newest commit that is durable; null before the first.</summary>
    public SnapshotCommit? Newest => chain.Newest;

    /// <summary>Why the chain could not be folded the last time; null where it could.</summary>
    public Exception? LastUpkeepFailure => _upkeep.LastFailure;

    /// <summary>Why the last commit failed; null where it did not.</summary>
    public SnapshotException? LastFailure { get; private set; }

    /// <summary>Says where the run begins, and whether the store has all that was learned so far.</summary>
    public void Begin(long step, bool isCommitted)
    {
        (_lastStep, _lastTime) = (step, time.GetTimestamp());
        if (!isCommitted) return;
        _cutStep = step;
        _upkeep.Begin(chain.RestoredFrom);
    }

    /// <summary>Commits if it is time.</summary>
    /// <param name="step">How many batches were learned from.</param>
    /// <param name="capture">Gives what the commit holds beside the tables, as it is now.</param>
    /// <param name="cancellationToken">Cancels the wait for the store, before the cut.</param>
    /// <exception cref="SnapshotException">Another trainer has taken the store over, or too many commits in a row have failed.</exception>
    public async ValueTask AfterBatchAsync(long step, Func<ValueTask<CapturedState>> capture, CancellationToken cancellationToken)
    {
        if (_writing is { IsCompleted: true }) await EndWritingAsync().ConfigureAwait(false);
        // While room is made, a commit would fail again; it stays due.
        if (_writing is not null || !IsDue(step) || _upkeep.IsMakingRoom) return;
        await BeginWritingAsync(step, capture, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits the rest, and waits until it is safe.</summary>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async Task FinishAsync(long step, Func<ValueTask<CapturedState>> capture)
    {
        await EndWritingAsync().ConfigureAwait(false);
        if (!_schedule.CommitAtEnd || (step == _cutStep && LastFailure is null)) return;
        do
        {
            await _upkeep.MadeRoomAsync().ConfigureAwait(false);
            await BeginWritingAsync(step, capture, CancellationToken.None).ConfigureAwait(false);
            await EndWritingAsync().ConfigureAwait(false);
        }
        while (LastFailure is { IsOutOfRoom: true } && await _upkeep.MadeRoomAsync().ConfigureAwait(false));
        if (LastFailure is { } failure) throw failure;
    }

    /// <summary>Waits for a commit that is being written, and lets go of the chain.</summary>
    public async ValueTask DisposeAsync()
    {
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

    private bool IsDue(long step) =>
        step > _lastStep
        && ((_schedule.SparseEverySteps is { } steps && step - _lastStep >= steps)
            || (_schedule.SparseEvery != Timeout.InfiniteTimeSpan && time.GetElapsedTime(_lastTime) >= _schedule.SparseEvery));

    private async ValueTask BeginWritingAsync(long step, Func<ValueTask<CapturedState>> capture, CancellationToken cancellationToken)
    {
        (_lastStep, _lastTime) = (step, time.GetTimestamp());
        try
        {
            var captured = await capture().ConfigureAwait(false);
            var pending = await chain.CutAsync(captured.Sections, full: false, cancellationToken).ConfigureAwait(false);
            _cutStep = step;
            _writing = WriteAsync(pending, captured.Position);
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
            if (_failures > 0) _log.CommitsRecovered(_failures);
            (_failures, LastFailure) = (0, null);
            _upkeep.Committed(chain.Newest!);
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
        LastFailure = failure;
        _upkeep.Failed(failure);
        // Who was replaced must not go on: what it learns is lost.
        _failures++;
        if (failure.Fault != SnapshotFault.Refused && _failures <= _schedule.ToleratedFailures)
        {
            _log.CommitFailed(failure, _failures, _schedule.ToleratedFailures);
            return;
        }
        _log.CommitsGivenUp(failure, _failures);
        throw failure.Again();
    }
}
