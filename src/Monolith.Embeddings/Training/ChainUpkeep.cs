using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>Folds a chain that has grown long, and drops what is old, beside training. Used by the training thread.</summary>
/// <param name="store">Where the chain lives.</param>
/// <param name="options">When, what stays, and who is told.</param>
/// <param name="time">The clock by which commits are old.</param>
internal sealed class ChainUpkeep(SnapshotStore store, OnlineTrainerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SynchronizationOptions _schedule = options.Synchronization;
    private readonly ILogger _log = options.Logger ?? NullLogger.Instance;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private long _deltas;

    /// <summary>Why the last folding failed; null where it did not. The next one tries again.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Takes note of the chain as it was found.</summary>
    /// <param name="deltas">How many deltas there are after the newest full.</param>
    public void Begin(long deltas) => _deltas = deltas;

    /// <summary>Takes note of a commit, and folds the chain if it is long.</summary>
    public void Committed(SnapshotCommit commit)
    {
        _deltas = commit.Kind == SnapshotKind.Full ? 0 : _deltas + 1;
        if (_schedule.CompactAfterDeltas is not { } most || _deltas < most || !_running.IsCompleted) return;
        // Those that come while it is folded count for the next time.
        _deltas = 0;
        _running = Task.Run(FoldAsync);
    }

    /// <summary>Stops: the store is then as it was, or the chain is folded.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task FoldAsync()
    {
        try
        {
            await SnapshotCompactor.CompactAsync(store, null, options.SnapshotProgress, _stop.Token).ConfigureAwait(false);
            await SnapshotCompactor.RetainAsync(store, _schedule.Retention, time, _stop.Token).ConfigureAwait(false);
            LastFailure = null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever comes next folds it.
        }
        catch (Exception failure)
        {
            // Training does not depend on it.
            LastFailure = failure;
            _log.UpkeepFailed(failure);
        }
    }
}
