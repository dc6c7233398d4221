using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
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
        Span<int> expired = stackalloc int[MostSliceRows];
        var slice = new ExpireSlice(_expiry, now, expired);
        ForEachSlice(ref slice, cancellationToken);
        foreach (var stripe in _stripes) FinishEviction(stripe, in now);
        return slice.Removed;
    }

    private ExpiryTime Now() => new(NewestEventTime, (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue));

    // Each step takes the lock anew: others may wait for one of them, not for both.
    private void FinishEviction(Stripe stripe, in ExpiryTime now)
    {
        _gate.EnterShared();
        try
        {
            if (_expiry!.ForgetPendingUpTo(in now) is { } eventTime)
            {
                lock (stripe.Lock) stripe.ForgetPending(eventTime);
            }
            lock (stripe.Lock) TrimExcess(stripe);
        }
        finally
        {
            _gate.ExitShared();
        }
    }

    private void TrimExcess(Stripe stripe)
    {
        var epoch = _gate.Reclaimer.Enter();
        try
        {
            stripe.TrimExcess();
        }
        finally
        {
            _gate.Reclaimer.Exit(epoch);
        }
    }

    private ref struct ExpireSlice(ExpiryPolicy policy, ExpiryTime now, Span<int> expired) : IStripeSlice
    {
        private readonly ExpiryTime _now = now;
        private readonly Span<int> _expired = expired;

        public long Removed { get; private set; }

        public void Visit(Stripe stripe, int most, ref int cursor) => Removed += stripe.RemoveExpired(policy, in _now, _expired[..most], ref cursor);

        public readonly void Rest()
        {
        }
    }
}
