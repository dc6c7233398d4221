using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training.Observing;
using Monolith.Embeddings.Training.Publication;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// Commits what a trainer has learned, by its schedule: cuts between two batches, and writes beside training. One commit at a time; one
/// that becomes due meanwhile by the clock comes after, and for one that is due by the stream training waits. Used by the training thread.
/// </summary>
/// <param name="chain">Where to.</param>
/// <param name="source">Is told which positions are safe.</param>
/// <param name="options">What stays, and what is done about failures.</param>
/// <param name="schedules">When.</param>
/// <param name="gate">Whether replicas get it; null where they always do.</param>
/// <param name="removals">What replicas lose whether they get it or not.</param>
/// <param name="audited">What is kept of the rows that the tables lost.</param>
/// <param name="time">The clock.</param>
internal sealed partial class TrainerCommits(
    SnapshotChain chain, ExampleSource source, OnlineTrainerOptions options, CommitSchedules schedules, PublicationGate? gate,
    PassingRemovals removals, SavedRemovals audited, TimeProvider time)
    : IAsyncDisposable
{
    private readonly SynchronizationOptions _schedule = options.Synchronization;
    private readonly ChainUpkeep _upkeep = UpkeepOf(chain.Store, options, schedules, time);
    private readonly CommitFailures _failures = new(options.Synchronization.Failures, options.Logger ?? NullLogger.Instance, time);
    private readonly SourceFailures _telling = new(options.SourceFailures, options.Logger ?? NullLogger.Instance, time);
    private readonly SavedCatalogue _texts = new();
    private CancellationTokenSource _ending = new();
    private StreamPoint _cut = new(0, 0, -1), _committed = new(0, 0, -1);
    private Task? _writing;
    private Task<bool>? _making;
    private bool _isDisposed;

    /// <summary>The newest commit that is durable; null before the first.</summary>
    public SnapshotCommit? Newest => chain.Newest;

    /// <summary>Why the chain could not be folded the last time; null where it could.</summary>
    public Exception? LastUpkeepFailure => _upkeep.LastFailure;

    /// <summary>What the store takes, as far as is known.</summary>
    public StoreFigures StoreFigures => _upkeep.StoreFigures;

    /// <summary>Why the last commit failed; null where it did not.</summary>
    public SnapshotException? LastFailure => _failures.Last;

    /// <summary>What the source threw when it was told what is durable; null where it did not the last time.</summary>
    public Exception? LastTellingFailure => _telling.Last;

    /// <summary>How many commits failed in a row.</summary>
    public int FailuresInARow => _failures.Count;

    /// <summary>
    /// Called, by any thread, when a commit has ended or room was made, so that what is due then need not wait for a batch; null for none.
    /// </summary>
    public Action? Wake
    {
        get;
        set
        {
            field = value;
            if (gate is not null) gate.Wake = value;
        }
    }

    /// <summary>Says where the run begins, and whether the store has all that was learned so far.</summary>
    public void Begin(StreamPoint now, bool isCommitted)
    {
        schedules.Sparse.BeginRun();
        _heartbeat.BeginRun();
        if (_ending.IsCancellationRequested)
        {
            _ending.Dispose();
            _ending = new();
        }
        if (!isCommitted) return;
        (_cut, _committed) = (now, now);
        _upkeep.Begin(chain.RestoredFrom, now);
    }

    /// <summary>Commits if it is time. Called between two batches: after one, and while none comes.</summary>
    /// <param name="now">Where training stands.</param>
    /// <param name="capture">Gives what the commit holds beside the tables, as it is now.</param>
    /// <param name="cancellationToken">Cancels the wait for the store, before the cut.</param>
    /// <exception cref="SnapshotException">Another trainer has taken the store over, or more commits failed than are tolerated.</exception>
    public async ValueTask BetweenBatchesAsync(
        StreamPoint now, Func<ValueTask<CapturedState>> capture, CancellationToken cancellationToken)
    {
        schedules.See(now);
        _heartbeat.GiveIfDue(now, _committed);
        if (schedules.IsSparseDue && _writing is not null)
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
        if (_writing is { IsCompleted: true }) await EndWritingAsync().ConfigureAwait(false);
        _upkeep.FoldIfDueByClock(_committed);
        // While room is made, a commit would fail again; it stays due.
        if (_writing is not null || _upkeep.IsMakingRoom) return;
        if (_making is { IsCompletedSuccessfully: true, Result: true }) _failures.RetryNow();
        _making = null;
        if (CommitDueIn(now) == TimeSpan.Zero)
            await BeginWritingAsync(now, capture, isEnd: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the source threw this when it was told what is durable, and the run ends by it.</summary>
    public bool IsTellingCause(Exception exception) => _telling.IsCause(exception);

    /// <summary>Lets a commit stay in the store, whatever is retained; null for none.</summary>
    /// <param name="identity">See <see cref="SnapshotCommit.Identity"/>.</param>
    public void Pin(Guid? identity) => _upkeep.Pin(identity);

    /// <inheritdoc cref="SavedCatalogue.Forget" />
    public void ForgetTexts(string table, Func<long, bool> isForgotten) => _texts.Forget(table, isForgotten);

    /// <summary>Waits for a commit that is being written.</summary>
    public ValueTask EndAsync() => EndWritingAsync();

    /// <summary>Commits the rest, and waits until it is safe.</summary>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async Task FinishAsync(StreamPoint now, Func<ValueTask<CapturedState>> capture)
    {
        // A run that was cancelled after its last batch did not come to it.
        schedules.See(now);
        // A source that is waited for hears of it with the next commit.
        await _ending.CancelAsync().ConfigureAwait(false);
        await EndWritingAsync().ConfigureAwait(false);
        if (_schedule.CommitAtEnd) await CommitNowAsync(now, capture).ConfigureAwait(false);
    }

    /// <summary>Commits what is not committed, whatever the schedule says, and waits until it is safe.</summary>
    /// <param name="now">Where training stands.</param>
    /// <param name="capture">Gives what the commit holds beside the tables, as it is now.</param>
    /// <param name="always">Whether to commit though all batches are: something else changed.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async ValueTask CommitNowAsync(StreamPoint now, Func<ValueTask<CapturedState>> capture, bool always = false)
    {
        await EndWritingAsync().ConfigureAwait(false);
        if (now.Batches == _committed.Batches && !always) return;
        do
        {
            await _upkeep.MadeRoomAsync().ConfigureAwait(false);
            await BeginWritingAsync(now, capture, isEnd: true, CancellationToken.None).ConfigureAwait(false);
            await EndWritingAsync().ConfigureAwait(false);
        }
        while (LastFailure is { IsOutOfRoom: true } && await _upkeep.MadeRoomAsync().ConfigureAwait(false));
        if (LastFailure is { } failure) throw failure.Again();
    }

    /// <summary>Waits for a commit that is being written, and releases the chain. What the trainer tells stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            if (_writing is not null) await _writing.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The store is at the commit before, as after any failure; there is no later try.
        }
        _writing = null;
        await _heartbeat.WaitAsync().ConfigureAwait(false);
        await _upkeep.DisposeAsync().ConfigureAwait(false);
        await chain.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private static ChainUpkeep UpkeepOf(
        SnapshotStore store, OnlineTrainerOptions options, CommitSchedules schedules, TimeProvider time)
    {
        var log = options.Logger ?? NullLogger.Instance;
        return new ChainUpkeep(new StoreRoom(store, options, log, time), options.Synchronization, schedules, log, time);
    }

    private TimeSpan CommitDueIn(StreamPoint now)
    {
        if (_writing is not null) return _writing.IsCompleted ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        if (_upkeep.IsMakingRoom) return Timeout.InfiniteTimeSpan;
        if (!IsUncommitted(now))
        {
            if (chain.Newest is { IsHeld: true })
            {
                if (gate is { LetsThrough: false }) return Timeout.InfiniteTimeSpan;
                return _failures.Count > 0 ? _failures.RetryIn : TimeSpan.Zero;
            }
            // Though nothing was learned since: replicas do not have all of it.
            var table = schedules.TableDueIn(chain.TablesBehind);
            return table == TimeSpan.Zero && _failures.Count > 0 ? _failures.RetryIn : table;
        }
        if (_failures.Count > 0) return _failures.RetryIn;
        return schedules.IsSparseDue ? TimeSpan.Zero : schedules.Sparse.ClockDueIn;
    }

    // A trainer that has not learned anything has nothing to commit before its end.
    private bool IsUncommitted(StreamPoint now) => now.Batches > Math.Max(_committed.Batches, 0);

    private async ValueTask BeginWritingAsync(
        StreamPoint now, Func<ValueTask<CapturedState>> capture, bool isEnd, CancellationToken cancellationToken)
    {
        schedules.BeginCut(now, isEnd);
        try
        {
            var captured = await capture().ConfigureAwait(false);
            // What was held comes whole.
            if (!captured.IsHeld && chain.Newest is { IsHeld: true }) schedules.GiveAll();
            var contents = new SnapshotCommitContents
            {
                Sections = captured.Sections,
                ServesSections = schedules.GivesDense,
                UnservedTables = schedules.UnservedTables,
                IsHeld = captured.IsHeld,
                ServedRemovals = removals.Begin(),
                WriteSegments = (chain, stopping) => WriteSegmentsAsync(captured, chain, stopping),
            };
            var pending = await chain.CutAsync(contents, cancellationToken).ConfigureAwait(false);
            _cut = now;
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
        catch
        {
            // The run ends, for example by a cancellation; what was due is due when the next begins.
            schedules.TakeBackCut();
            throw;
        }
    }

    private async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> WriteSegmentsAsync(
        CapturedState captured, SnapshotChain chain, CancellationToken cancellationToken)
    {
        var texts = await _texts.SaveAsync(captured.Catalogue, chain, cancellationToken).ConfigureAwait(false);
        var source = await SavedSource.SaveSegmentsAsync(captured.Source, chain, cancellationToken).ConfigureAwait(false);
        var lost = await audited.SaveAsync(chain, cancellationToken).ConfigureAwait(false);
        return ([.. source.Appended, .. texts.Appended, .. lost.Appended], [.. source.Dropped, .. texts.Dropped, .. lost.Dropped]);
    }

    // A client of the store that gives up by itself, as after a timeout, is no cancellation of the run.
    private static SnapshotException GivenUp(OperationCanceledException cause) =>
        new(SnapshotFault.Storage, "commit", "an answer of the store", $"none: {cause.Message}", cause);

    private async Task WriteAsync(PendingSnapshot pending, StreamPosition position)
    {
        await using var _ = pending.ConfigureAwait(false);
        await pending.WriteAsync(options.SnapshotProgress).ConfigureAwait(false);
        while (!await TryTellAsync(position).ConfigureAwait(false))
        {
            await Task.Delay(_telling.RetryIn, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The commit is durable, and the source hears of the next.
            if (_ending.IsCancellationRequested) return;
        }
    }

    // False where it threw, and is to be told again.
    private async ValueTask<bool> TryTellAsync(StreamPosition position)
    {
        try
        {
            await source.CommittedAsync(position, CancellationToken.None).ConfigureAwait(false);
            _telling.Clear();
            return true;
        }
        catch (Exception failure)
        {
            _telling.Add(failure, isStopping: false);
            return false;
        }
    }

    private async ValueTask EndWritingAsync()
    {
        if (_writing is null) return;
        try
        {
            await _writing.ConfigureAwait(false);
            _committed = _cut;
            schedules.EndCut();
            gate?.Committed(chain.Newest!);
            if (!chain.Newest!.IsHeldFull) removals.End();
            audited.End();
            _texts.End();
            _failures.Clear();
            _upkeep.Committed(chain.Newest!, _committed);
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
        schedules.FailCut();
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
