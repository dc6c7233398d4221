namespace Monolith.Embeddings.Threads;

/// <summary>
/// One place in the thread pool's queue, used again and again. An offer that no thread took in time is withdrawn but stays in the queue;
/// the next offer then needs no new place. A helper that is done waits a moment for the next offer before its thread goes: a batch offers
/// several times in short order, and to wake a thread, perhaps on another processor, takes longer than its part of a small batch.
/// </summary>
/// <param name="owner">Has the work.</param>
/// <param name="waits">Whether it waits for the next offer.</param>
internal sealed class ForkJoinHelper(ForkJoin owner, bool waits) : IThreadPoolWorkItem
{
    private const int Idle = 0, Offered = 1, Running = 2, Withdrawn = 3;

    // About half a millisecond of turns that let other threads go first.
    private const int Patience = 1000;

    private int _state;

    /// <summary>Asks the pool for a thread. Called by the owner's caller, when the helper neither runs nor is offered.</summary>
    public void Offer()
    {
        if (Interlocked.Exchange(ref _state, Offered) == Idle) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Withdraws the offer, or waits until the helper has finished.</summary>
    public void Finish()
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Offered) == Offered) return;
        var wait = new SpinWait();
        while (Volatile.Read(ref _state) == Running) wait.SpinOnce(sleep1Threshold: -1);
    }

    /// <inheritdoc />
    public void Execute()
    {
        var (wait, turns) = (new SpinWait(), 0);
        while (true)
        {
            if (Interlocked.CompareExchange(ref _state, Running, Offered) == Offered)
            {
                owner.RunParts();
                // It keeps its place.
                Volatile.Write(ref _state, Withdrawn);
                (wait, turns) = (new SpinWait(), 0);
            }
            else if (waits && turns++ < Patience) wait.SpinOnce(sleep1Threshold: -1);
            // Give the place back, unless it is offered again at this very moment.
            else if (Interlocked.CompareExchange(ref _state, Idle, Withdrawn) == Withdrawn) return;
        }
    }
}
