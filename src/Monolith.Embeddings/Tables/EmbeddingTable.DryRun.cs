using Microsoft.Extensions.Options;
using Monolith.Embeddings.Expiry;

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
    public EvictionForecast DryRun(ExpiryOptions policy, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        var rules = Validated(policy).Create();
        var (now, tally, cursor) = (Now(), new ForecastTally(), new RowCursor());
        try
        {
            foreach (var stripe in _stripes) ForecastStripe(stripe, rules, now, cursor, tally, cancellationToken);
        }
        finally
        {
            cursor.Abandon();
        }
        return tally.ToForecast(RowBytes);
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
            Locked(stripe, () => stripe.Forecast(tally, (row, hash) => !(RowRank.Of(policy.Score(_rules.Metadata(row)), hash) > bound)));
        return tally.ToForecast(RowBytes);
    }

    private void ForecastStripe(Stripe stripe, ExpiryPolicy policy, ExpiryTime now, RowCursor cursor, ForecastTally tally, CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            Locked(stripe, () =>
            {
                tally.Rows += CountExpired(stripe, policy, in now, cursor);
                if (!cursor.IsOpen) stripe.Forecast(tally, (row, _) => policy.IsExpired(_rules.Metadata(row), in now));
            });
        }
        while (cursor.IsOpen);
    }

    private void Locked(Stripe stripe, Action look)
    {
        _gate.EnterShared();
        try
        {
            lock (stripe.Lock) look();
        }
        finally
        {
            _gate.ExitShared();
        }
    }

    private int CountExpired(Stripe stripe, ExpiryPolicy policy, in ExpiryTime now, RowCursor cursor)
    {
        var (taken, expired) = (stripe.TakeRows(cursor, SliceRows), 0);
        for (var handle = cursor.Position; handle < cursor.Position + taken; handle++)
        {
            if (policy.IsExpired(_rules.Metadata(stripe.RowAt(handle)), in now)) expired++;
        }
        return expired;
    }
}
