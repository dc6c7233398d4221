namespace Monolith.Embeddings.Models.Threads;

/// <summary>
/// One place in the thread pool's queue, used again and again. An offer that nobody took in time is withdrawn but stays in the queue;
/// the next offer then needs no new place.
/// </summary>
internal sealed class ForkJoinHelper(ForkJoin owner) : IThreadPoolWorkItem
{
    private const int Idle = 0, Offered = 1, Running = 2, Withdrawn = 3;

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
        while (true)
        {
            if (Interlocked.CompareExchange(ref _state, Running, Offered) == Offered)
            {
                owner.RunParts();
                Volatile.Write(ref _state, Idle);
                return;
            }
            // Withdrawn: give the place back, unless it is offered again at this very moment.
            if (Interlocked.CompareExchange(ref _state, Idle, Withdrawn) == Withdrawn) return;
        }
    }
}
