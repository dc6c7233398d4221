using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training.Observing;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// Drops what is old from a chain when a run begins, folds it when it has grown long or room is short, and makes room where a commit
/// failed; beside training, one after the other. Used by the training thread.
/// </summary>
/// <param name="room">What is done to the store.</param>
/// <param name="options">When.</param>
/// <param name="schedules">When besides it is folded.</param>
/// <param name="log">Told of failures.</param>
/// <param name="time">The clock.</param>
internal sealed class ChainUpkeep(
    StoreRoom room, SynchronizationOptions options, CommitSchedules schedules, ILogger log, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Task<bool> _making = Task.FromResult(false);
    private long _deltas;

    /// <summary>Why the last folding or dropping failed; null where it did not. The next one tries again.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Whether room is being made: a commit that begins now would fail, or take the room that a folding needs.</summary>
    public bool IsMakingRoom => !_making.IsCompleted;

    /// <summary>What the store takes, as far as is known.</summary>
    public StoreFigures StoreFigures => room.Figures;

    /// <summary>Lets a commit stay, whatever is retained; null for none.</summary>
    public void Pin(Guid? commit) => room.Pin(commit);

    /// <summary>
    /// Takes note of the chain as it was found, drops what is old, and folds it if it is long or room is short: the trainer before may have
    /// died of a full disk.
    /// </summary>
    /// <param name="chain">The newest full, and the deltas after it.</param>
    /// <param name="at">Where training stands.</param>
    public void Begin(IReadOnlyCollection<SnapshotCommit> chain, StreamPoint at)
    {
        _deltas = chain.Count - 1;
        // By the clock, the full's age counts, or trainers that are restarted often would never fold.
        var age = chain.FirstOrDefault() is { } newest ? time.GetUtcNow() - newest.Created : TimeSpan.Zero;
        schedules.Full.BeginRun(age > TimeSpan.Zero ? age : TimeSpan.Zero);
        room.Begin(chain);
        Start(room.DropAsync);
        FoldIfDue(at);
    }

    /// <summary>How long until the chain is to be folded by the clock; <see cref="Timeout.InfiniteTimeSpan"/> where nothing says
    /// so.</summary>
    public TimeSpan DueIn => _deltas > 0 && _running.IsCompleted ? schedules.Full.ClockDueIn : Timeout.InfiniteTimeSpan;

    /// <summary>Folds the chain where that is due by the clock, though no commit came.</summary>
    /// <param name="at">Where training stood at the newest commit.</param>
    public void FoldIfDueByClock(StreamPoint at)
    {
        if (DueIn == TimeSpan.Zero) FoldIfDue(at);
    }

    /// <summary>
    /// Takes note of a commit, and folds the chain if it is long, takes too much, or if there will soon be no room to fold it; drops what
    /// is old where it takes too much.
    /// </summary>
    /// <param name="commit">The commit.</param>
    /// <param name="at">Where training stood at its cut.</param>
    public void Committed(SnapshotCommit commit, StreamPoint at)
    {
        _deltas = commit.Kind == SnapshotKind.Full ? 0 : _deltas + 1;
        if (commit.Kind == SnapshotKind.Full) schedules.BeginFull(at);
        room.Committed(commit);
        if (_running.IsCompleted) FoldIfDue(at);
        if (_running.IsCompleted && room.HasTooMuch) Start(room.DropAsync);
    }

    /// <summary>
    /// Takes note of a commit that the store did not take, and drops what is old; where it has no room, also what is not strictly needed.
    /// </summary>
    public void Failed(SnapshotException failure)
    {
        if (failure.Fault != SnapshotFault.Storage || IsMakingRoom) return;
        if (failure.IsOutOfRoom) _making = Start(room.MakeAsync);
        else if (_running.IsCompleted) Start(room.DropAsync);
    }

    /// <summary>Waits until room was made. False where there was none to be made: a commit would fail again.</summary>
    public Task<bool> MadeRoomAsync() => _making;

    /// <summary>Stops: the store is then as it was, or the chain is folded.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void FoldIfDue(StreamPoint at)
    {
        var mayFold = options.CompactAfterDeltas is not null;
        var isShort = mayFold && room.IsShort;
        var isNeeded = isShort || (mayFold && room.IsFoldDue);
        var isScheduled = schedules.IsFullDue || schedules.Full.ClockDueIn == TimeSpan.Zero;
        if (!isScheduled && !isNeeded && !(_deltas >= options.CompactAfterDeltas)) return;
        schedules.BeginFull(at);
        // A full that nothing came after is what a folding would make.
        if (_deltas == 0 && !isNeeded) return;
        // Those that come while it is folded count for the next time.
        _deltas = 0;
        var folding = Start(FoldAsync);
        if (isShort) _making = folding;
    }

    private async Task<bool> FoldAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var hasFreed = await room.FoldAsync(cancellationToken).ConfigureAwait(false);
        var duration = time.GetElapsedTime(start);
        schedules.Full.Tell(duration);
        log.Folded(duration);
        return hasFreed;
    }

    private Task<bool> Start(Func<CancellationToken, Task<bool>> work)
    {
        var before = _running;
        var running = Task.Run(async () =>
        {
            await before.ConfigureAwait(false);
            return await TryAsync(work).ConfigureAwait(false);
        });
        _running = running;
        return running;
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> work)
    {
        try
        {
            var hasFreed = await work(_stop.Token).ConfigureAwait(false);
            LastFailure = null;
            return hasFreed;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The next upkeep does it.
        }
        catch (Exception failure)
        {
            // Training does not depend on it.
            LastFailure = failure;
            log.UpkeepFailed(failure);
        }
        return false;
    }
}
