using Monolith.Embeddings.Training.Observing;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    // Flows into whatever a run calls, on other threads too: code that disposes the trainer there must not wait for the run's end.
    private static readonly AsyncLocal<OnlineTrainer?> _insideRunOf = new();

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Stops a run that is under way, as cancelling it does, waits for it and for a commit that is being written, and releases the store.
    /// The run ends in <see cref="ObjectDisposedException"/>. Tables, model, source and store belong to the caller. May be called by any
    /// thread, and more than once; called from within a run, as by a callback, it does not wait.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _isRunning, 1) == 0) await EndRunAsync().ConfigureAwait(false);
        if (_insideRunOf.Value != this) await _released.Task.ConfigureAwait(false);
    }

    // Lets others in, unless the trainer is to be disposed; then the last one out releases the store. Called by the thread that
    // runs alone.
    private async ValueTask EndRunAsync()
    {
        Volatile.Write(ref _wakeRun, null);
        do
        {
            Volatile.Write(ref _isRunning, 0);
            Interlocked.MemoryBarrier();
        }
        while (!_stopping.IsCancellationRequested && await ForgetWhatIsLeftAsync().ConfigureAwait(false));
        if (!_stopping.IsCancellationRequested || Interlocked.Exchange(ref _isRunning, 1) != 0) return;
        try
        {
            await CloseGateAsync().ConfigureAwait(false);
            if (_commits is not null) await _commits.DisposeAsync().ConfigureAwait(false);
            EndAudit();
            _probe?.Dispose();
        }
        finally
        {
            TrainerMeter.Remove(_figures);
            _released.TrySetResult();
            Volatile.Write(ref _isRunning, 0);
            Interlocked.MemoryBarrier();
            RefuseToForget(new ObjectDisposedException(nameof(OnlineTrainer)));
        }
    }
}
