using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// Drops what is old from a chain when a run begins, folds it when it has grown long or room is short, and makes room where a commit
/// failed; beside training, one after the other. Used by the training thread.
/// </summary>
/// <param name="room">What is done to the store.</param>
/// <param name="options">When.</param>
/// <param name="log">Told of failures.</param>
internal sealed class ChainUpkeep(StoreRoom room, SynchronizationOptions options, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Task<bool> _making = Task.FromResult(false);
    private long _deltas;

    /// <summary>Why the last folding or dropping failed; null where it did not. The next one tries again.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Whether room is being made: a commit that begins now would fail, or take the room that a folding needs.</summary>
    public bool IsMakingRoom => !_making.IsCompleted;

    /// <summary>
    /// Takes note of the chain as it was found, drops what is old, and folds it if it is long or room is short: the trainer before may have
    /// died of a full disk.
    /// </summary>
    /// <param name="chain">The newest full, and the deltas after it.</param>
    public void Begin(IReadOnlyCollection<SnapshotCommit> chain)
    {
        _deltas = chain.Count - 1;
        room.Begin(chain);
        Start(room.DropAsync);
        FoldIfDue();
    }

    /// <summary>
    /// Takes note of a commit, and folds the chain if it is long, takes too much, or if there will soon be no room to fold it; drops what
    /// is old where it takes too much.
    /// </summary>
    public void Committed(SnapshotCommit commit)
    {
        _deltas = commit.Kind == SnapshotKind.Full ? 0 : _deltas + 1;
        room.Committed(commit);
        if (_running.IsCompleted) FoldIfDue();
        if (_running.IsCompleted && room.HasTooMuch) Start(room.DropAsync);
    }

    /// <summary>
    /// Takes note of a commit that the store did not take, and drops what is old; where it has no room, also what it can do without.
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

    private void FoldIfDue()
    {
        if (options.CompactAfterDeltas is not { } most) return;
        var isShort = room.IsShort;
        if (_deltas < most && !isShort && !room.IsFoldDue) return;
        // Those that come while it is folded count for the next time.
        _deltas = 0;
        var folding = Start(room.FoldAsync);
        if (isShort) _making = folding;
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
