using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private readonly FirstFailure _untoldFailure = new();
    private ExpiryPass? _pass;

    /// <summary>
    /// Removes the rows that the table's expiry policy says are dead now, and returns their memory. It is as if all of them went at once, at the start: from then on
    /// nobody finds them, and an id that is written again is born anew. Their memory is reclaimed in slices: a stripe is locked for
    /// a few thousand rows at a time, while other verbs go on. What is written after the start stays. Without an expiry policy nothing is removed.
    /// </summary>
    /// <remarks>
    /// The start waits for the chunks of batches that are under way. An eviction that another one finds unfinished, on another thread or cancelled, is finished first.
    /// Rows that the policy throws for stay, and the first exception is thrown at the end, when all others are done. What it throws for an eviction that was cancelled,
    /// before that or while somebody else finishes it, the next eviction throws at its own end; a batch that finishes it does not.
    /// </remarks>
    /// <param name="cancellationToken">Stops between two slices. What was dead stays dead, and the next eviction, or a batch that finds the table full, reclaims it.</param>
    /// <returns>How many rows this call removed; those that were written again before their slice came are not among them.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public long Evict(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        if (_expiry is null) return 0;
        Part?.RequireNoRankings();
        var removed = 0L;
        ExpiryPass? pass;
        do
        {
            if (UnfinishedPass() is { } earlier) removed += Reclaim(earlier, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            pass = BeginPass(cancellationToken);
        }
        while (pass is null);
        try
        {
            removed += Reclaim(pass, cancellationToken);
        }
        catch
        {
            pass.Abandon(_untoldFailure);
            throw;
        }
        _untoldFailure.ThrowOnce();
        pass.ThrowIfFailed();
        return removed;
    }

    /// <summary>Begins a pass: the instant from which on its rows are dead.</summary>
    /// <returns>Null where another one is under way.</returns>
    internal ExpiryPass? BeginPass(CancellationToken cancellationToken = default)
    {
        // What ranks rows looks at all of them, and does so before the start.
        var ranking = new RowRanking(this, BeginRanking, cancellationToken);
        try
        {
            return BeginPass(_expiry!.ForPass(ranking), Now());
        }
        finally
        {
            if (ranking.HasBegun) EndRanking();
        }
    }

    private ExpiryPass? BeginPass(ExpiryPolicy policy, ExpiryTime now)
    {
        _gate.EnterExclusive();
        try
        {
            if (_pass is not null) return null;
            var pass = new ExpiryPass(policy, now, AdvanceChanges(), _rules);
            foreach (var stripe in _stripes) stripe.Begin(pass);
            return _pass = pass;
        }
        finally
        {
            _gate.ExitExclusive();
        }
    }

    /// <summary>Reclaims what a pass killed, beside others who do the same.</summary>
    /// <returns>How many rows were removed here.</returns>
    internal long Reclaim(ExpiryPass pass, CancellationToken cancellationToken)
    {
        var slice = new Reclaiming(pass);
        ForEachSlice(ref slice, cancellationToken);
        // Whoever comes first: the stripes are through, and the next pass may begin.
        if (Interlocked.CompareExchange(ref _pass, null, pass) == pass) ReturnMemory();
        return slice.Removed;
    }

    /// <summary>Reclaims a few rows of one stripe.</summary>
    /// <returns>How many were removed.</returns>
    internal int ReclaimSlice(int stripe, int rows)
    {
        _gate.EnterShared();
        try
        {
            lock (_stripes[stripe].Lock) return _stripes[stripe].Reclaim(rows);
        }
        finally
        {
            _gate.ExitShared();
        }
    }

    /// <summary>Finishes the pass that is under way.</summary>
    /// <returns>False where there was none.</returns>
    private bool ReclaimAll()
    {
        if (UnfinishedPass() is not { } pass) return false;
        Reclaim(pass, CancellationToken.None);
        return true;
    }

    private ExpiryPass? UnfinishedPass() => Volatile.Read(ref _pass);

    private ExpiryTime Now() => new()
    {
        NewestEvent = NewestEventTime,
        Clock = (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0,
        uint.MaxValue)
    };

    private void ReturnMemory()
    {
        foreach (var stripe in _stripes)
        {
            _gate.EnterShared();
            try
            {
                lock (stripe.Lock) TrimExcess(stripe);
            }
            finally
            {
                _gate.ExitShared();
            }
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

    private struct Reclaiming(ExpiryPass pass) : IStripeSlice
    {
        public long Removed { get; private set; }

        public void Visit(Stripe stripe, int most, ref int cursor)
        {
            if (stripe.HasPass(pass)) Removed += stripe.Reclaim(most);
            if (!stripe.HasPass(pass)) cursor = 0;
        }

        public readonly void Rest()
        {
        }
    }
}
