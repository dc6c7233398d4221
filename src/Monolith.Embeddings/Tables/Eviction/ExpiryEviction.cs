using Monolith.Embeddings.Eviction;
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
        return policy is null ? 0 : EvictNow(cancellationToken);
    }

    /// <summary>As <see cref="EmbeddingTable.Evict"/>, at a time and by bounds that were found over all ranges.</summary>
    /// <param name="now">The time.</param>
    /// <param name="stamp">The number at which the rankings began.</param>
    /// <param name="bounds">What the policy's rankings found, in its order.</param>
    /// <param name="cancellationToken">Stops between two slices.</param>
    public long Evict(ExpiryTime now, uint stamp, IReadOnlyList<UInt128> bounds, CancellationToken cancellationToken) =>
        EvictBy(() => Begin(policy!.ForPass(new FoundRanking(stamp, bounds)), now), cancellationToken);

    /// <summary>Begins a pass: the instant from which on its rows are dead.</summary>
    /// <returns>Null where another one is under way.</returns>
    public ExpiryPass? Begin(CancellationToken cancellationToken)
    {
        // What ranks rows looks at all of them, and does so before the start.
        var ranking = Ranking(cancellationToken);
        try
        {
            return Begin(policy!.ForPass(ranking), clock.Now());
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

    /// <summary>Begins to rank rows: those that are written from now on are kept. <see cref="EndRanking"/> is to follow.</summary>
    /// <returns>The number that they are written with.</returns>
    public uint BeginRanking()
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

    /// <summary>Ends what <see cref="BeginRanking"/> began.</summary>
    public void EndRanking() => cuts.EndRanking();

    /// <summary>Adds the rows to a histogram. Those written at a stamp or later are kept whatever their rank is.</summary>
    public void CountRanks(EvictionPolicy score, uint stamp, RankHistogram histogram, CancellationToken cancellationToken) =>
        Ranking(cancellationToken).Count(score, stamp, histogram);

    private RowRanking Ranking(CancellationToken cancellationToken) =>
        new(rules, look => stripes.ForEachRow(look, cancellationToken), BeginRanking);

    private long EvictNow(CancellationToken cancellationToken) => EvictBy(() => Begin(cancellationToken), cancellationToken);

    private long EvictBy(Func<ExpiryPass?> begin, CancellationToken cancellationToken)
    {
        var removed = 0L;
        ExpiryPass? pass;
        do
        {
            if (Unfinished is { } earlier) removed += Reclaim(earlier, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            pass = begin();
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

    private ExpiryPass? Begin(ExpiryPolicy rule, ExpiryTime now)
    {
        stripes.Gate.EnterExclusive();
        try
        {
            if (_pass is not null) return null;
            var pass = new ExpiryPass(rule, now, cuts.Advance(isPassUnderWay: false), rules);
            foreach (var stripe in stripes.All) stripe.Pass.Begin(pass);
            return _pass = pass;
        }
        finally
        {
            stripes.Gate.ExitExclusive();
        }
    }
}
