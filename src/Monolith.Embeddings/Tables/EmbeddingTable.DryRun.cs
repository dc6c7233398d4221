using Microsoft.Extensions.Options;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Eviction;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Says what <see cref="Evict"/> would remove now if the table had another expiry policy, and what share of the recent lookups that
    /// would have missed. Changes nothing; goes in slices, like an eviction, while other verbs go on.
    /// </summary>
    /// <param name="policy">The policy to try.</param>
    /// <param name="cancellationToken">Stops between two slices.</param>
    /// <exception cref="OptionsValidationException">The policy's options cannot be used; all errors are listed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EvictionForecast DryRun(ExpiryPolicyOptions policy, CancellationToken cancellationToken = default)
    {
        _stripes.Gate.RequireOpen();
        var rules = Validated(policy, Traits).Create(Traits)
            .ForPass(new RowRanking(_rules, look => _stripes.ForEachRow(look, cancellationToken), static () => uint.MaxValue));
        var (now, tally) = (_clock.Now(), new ForecastTally());
        _stripes.ForEachRow(
            row => tally.Rows += IsExpired(row) ? 1 : 0, cancellationToken, stripe => stripe.Forecast(tally, row => IsExpired(row)));
        return tally.ToForecast(RowBytes);

        bool IsExpired(Row row) => rules.IsExpired(_rules.Metadata(row, rules.ReadsWeights, in now), in now);
    }

    /// <summary>
    /// Says what the next pass of the table's own policy would remove at its limit, see <see cref="EmbeddingTableOptions.AtLimit"/>, and
    /// what share of the recent lookups that would have missed. Changes nothing; goes in slices while other verbs go on.
    /// </summary>
    /// <param name="cancellationToken">Stops between two stripes.</param>
    /// <exception cref="InvalidOperationException">The table has no such policy: it refuses new ids.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory to rank the rows in.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EvictionForecast DryRunAtLimit(CancellationToken cancellationToken = default)
    {
        _stripes.Gate.RequireOpen();
        if (_evicting is null || _eviction is not { } policy)
            throw new InvalidOperationException(
                $"Table '{Name}' refuses new ids at its limit and evicts no row; set {nameof(EmbeddingTableOptions.AtLimit)}.");
        using var worst = _evicting.Collect(cancellationToken);
        var tally = new ForecastTally { Rows = worst.SelectIds().Length };
        var bound = worst.Bound;
        foreach (var stripe in _stripes.All)
            _stripes.InLock(stripe, locked => locked.Forecast(tally, row => !(_rules.RankOf(policy, row) > bound)));
        return tally.ToForecast(RowBytes);
    }

    private static ExpiryPolicyOptions Validated(ExpiryPolicyOptions policy, TableTraits traits)
    {
        OptionErrors.ThrowIfInvalid(policy);
        OptionErrors.ThrowIfInvalid(new ExpiryFit(policy, traits));
        return policy;
    }
}
