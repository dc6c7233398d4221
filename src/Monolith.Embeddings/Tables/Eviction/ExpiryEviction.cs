using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>
/// Evicts what the expiry policy of a table calls dead: all of it at once, at the start of a pass, and its memory slice by slice. One pass
/// at a time; several threads may reclaim for it. Thread-safe.
/// </summary>
/// <param name="policy">The policy; null where rows do not expire.</param>
/// <param name="rules">The table's rules.</param>
/// <param name="stripes">The stripes.</param>
/// <param name="cuts">Numbers the start of each pass.</param>
/// <param name="clock">The time.</param>
internal sealed class ExpiryEviction(ExpiryPolicy? policy, TableRules rules, TableStripes stripes, TableCuts cuts, TableClock clock)
{
    private readonly FirstFailure _untoldFailure = new();
    private ExpiryPass? _pass;

    /// <summary>Whether a pass is under way.</summary>
    public bool IsUnderWay => Unfinished is not null;

    private ExpiryPass? Unfinished => Volatile.Read(ref _pass);

    /// <inheritdoc cref="EmbeddingTable.Evict" />
    public long Evict(CancellationToken cancellationToken)
    {
        stripes.Gate.RequireOpen();
        if (policy is null) return 0;
        var removed = 0L;
        ExpiryPass? pass;
        do
        {
            if (Unfinished is { } earlier) removed += Reclaim(earlier, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            pass = Begin(cancellationToken);
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
    public ExpiryPass? Begin(CancellationToken cancellationToken)
    {
        // What ranks rows looks at all of them, and does so before the start.
        var ranking = new RowRanking(rules, look => stripes.ForEachRow(look, cancellationToken), BeginRanking);
        try
        {
            return Begin(policy!.ForPass(ranking));
        }
        finally
        {
            if (ranking.HasBegun) cuts.EndRanking();
        }
    }

    /// <summary>Reclaims what a pass killed, beside others who do the same.</summary>
    /// <returns>How many rows were removed here.</returns>
    public long Reclaim(ExpiryPass pass, CancellationToken cancellationToken)
    {
        var slice = new ReclaimSlice(pass);
        stripes.ForEachSlice(ref slice, cancellationToken);
        // Of several threads, the first: the stripes are through, and the next pass may begin.
        if (Interlocked.CompareExchange(ref _pass, null, pass) == pass) stripes.TrimExcess();
        return slice.Removed;
    }

    /// <summary>Finishes the pass that is under way.</summary>
    /// <returns>False where there was none.</returns>
    public bool Finish()
    {
        if (Unfinished is not { } pass) return false;
        Reclaim(pass, CancellationToken.None);
        return true;
    }

    private ExpiryPass? Begin(ExpiryPolicy rule)
    {
        stripes.Gate.EnterExclusive();
        try
        {
            if (_pass is not null) return null;
            var pass = new ExpiryPass(rule, clock.Now(), cuts.Advance(isPassUnderWay: false), rules);
            foreach (var stripe in stripes.All) stripe.Pass.Begin(pass);
            return _pass = pass;
        }
        finally
        {
            stripes.Gate.ExitExclusive();
        }
    }

    private uint BeginRanking()
    {
        stripes.Gate.EnterExclusive();
        try
        {
            return cuts.BeginRanking(isPassUnderWay: _pass is not null);
        }
        finally
        {
            stripes.Gate.ExitExclusive();
        }
    }
}
