using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int EvictSliceRows = 4096;

    /// <summary>
    /// Removes the rows that the table's expiry policy says are dead now, and returns their memory. Runs in slices: a stripe is locked for
    /// a few thousand rows at a time, while other verbs go on. Without an expiry policy nothing is removed.
    /// </summary>
    /// <param name="cancellationToken">Stops between two slices; what was removed stays removed.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public long Evict(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        if (_expiry is null) return 0;
        var now = Now();
        var removed = 0L;
        foreach (var stripe in _stripes) removed += EvictStripe(stripe, in now, cancellationToken);
        return removed;
    }

    private ExpiryTime Now() => new(NewestEventTime, (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue));

    private long EvictStripe(Stripe stripe, in ExpiryTime now, CancellationToken cancellationToken)
    {
        var removed = 0L;
        Span<int> expired = stackalloc int[EvictSliceRows];
        for (var cursor = int.MaxValue; cursor > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _gate.EnterShared();
            try
            {
                lock (stripe.Lock) removed += stripe.RemoveExpired(_expiry!, in now, expired, ref cursor);
            }
            finally
            {
                _gate.ExitShared();
            }
        }
        FinishEviction(stripe, in now);
        return removed;
    }

    // Each step takes the lock anew: others may wait for one of them, not for all.
    private void FinishEviction(Stripe stripe, in ExpiryTime now)
    {
        _gate.EnterShared();
        try
        {
            if (_expiry!.ForgetPendingUpTo(in now) is { } eventTime)
            {
                lock (stripe.Lock) stripe.ForgetPending(eventTime);
            }
            lock (stripe.Lock) stripe.TrimIndex();
        }
        finally
        {
            _gate.ExitShared();
        }
    }
}
