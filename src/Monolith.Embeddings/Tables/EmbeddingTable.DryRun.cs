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
            foreach (var stripe in _stripes) ForecastStripe(stripe, rules, in now, cursor, tally, cancellationToken);
        }
        finally
        {
            cursor.Abandon();
        }
        return tally.ToForecast(RowBytes);
    }

    private void ForecastStripe(Stripe stripe, ExpiryPolicy policy, in ExpiryTime now, RowCursor cursor, ForecastTally tally, CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            _gate.EnterShared();
            try
            {
                lock (stripe.Lock)
                {
                    tally.Rows += CountExpired(stripe, policy, in now, cursor);
                    if (!cursor.IsOpen) stripe.Forecast(policy, in now, tally);
                }
            }
            finally
            {
                _gate.ExitShared();
            }
        }
        while (cursor.IsOpen);
    }

    private int CountExpired(Stripe stripe, ExpiryPolicy policy, in ExpiryTime now, RowCursor cursor)
    {
        var (taken, expired) = (stripe.TakeRows(cursor, EvictSliceRows), 0);
        for (var handle = cursor.Position; handle < cursor.Position + taken; handle++)
        {
            if (policy.IsExpired(_rules.Metadata(stripe.RowAt(handle)), in now)) expired++;
        }
        return expired;
    }
}
