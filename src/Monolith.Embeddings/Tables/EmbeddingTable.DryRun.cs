using Microsoft.Extensions.Options;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Eviction;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Tables.Stripes;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Says what <see cref="Evict"/> would remove now if the table had another expiry policy, and what share of the recent lookups that would have missed.
    /// Changes nothing; goes in slices, like an eviction, while other verbs go on.
    /// </summary>
    /// <param name="policy">The policy to try.</param>
    /// <param name="cancellationToken">Stops between two slices.</param>
    /// <exception cref="OptionsValidationException">The policy's options cannot be used; all errors are listed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EvictionForecast DryRun(ExpiryPolicyOptions policy, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        var rules = Validated(policy, _traits).Create(_traits).ForPass(new RowRanking(this, static () => uint.MaxValue, cancellationToken));
        var (now, tally) = (Now(), new ForecastTally());
        ForEachRow(row => tally.Rows += IsExpired(row) ? 1 : 0, cancellationToken, stripe => stripe.Forecast(tally, (row, _) => IsExpired(row)));
        return tally.ToForecast(RowBytes);

        bool IsExpired(Row row) => rules.IsExpired(_rules.Metadata(row, rules.ReadsWeights, in now), in now);
    }

    /// <summary>
    /// Says what the next pass of the table's own policy would remove at its limit, see <see cref="EmbeddingTableOptions.AtLimit"/>, and what share of the recent
    /// lookups that would have missed. Changes nothing; goes in slices while other verbs go on.
    /// </summary>
    /// <param name="cancellationToken">Stops between two stripes.</param>
    /// <exception cref="InvalidOperationException">The table has no such policy: it refuses new ids.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory to rank the rows in.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EvictionForecast DryRunAtLimit(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        if (_eviction is not { } policy)
            throw new InvalidOperationException($"Table '{Name}' refuses new ids at its limit and evicts no row; set {nameof(EmbeddingTableOptions.AtLimit)}.");
        using var worst = new WorstRows(PassRows, _room.Account);
        var slice = new CollectSlice(policy, worst);
        ForEachSlice(ref slice, cancellationToken);
        var tally = new ForecastTally { Rows = worst.SelectIds().Length };
        var bound = worst.Bound;
        foreach (var stripe in _stripes)
            Locked(stripe, locked => locked.Forecast(tally, (row, _) => !(_rules.RankOf(policy, row) > bound)));
        return tally.ToForecast(RowBytes);
    }

    private static ExpiryPolicyOptions Validated(ExpiryPolicyOptions policy, TableTraits traits)
    {
        OptionErrors.ThrowIfInvalid(policy);
        OptionErrors.ThrowIfInvalid(new ExpiryFit(policy, traits));
        return policy;
    }

    private void Locked(Stripe stripe, Action<Stripe> action)
    {
        _gate.EnterShared();
        try
        {
            lock (stripe.Lock) action(stripe);
        }
        finally
        {
            _gate.ExitShared();
        }
    }
}
