using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Removes the rows that were chosen to go at the limit, unless they were updated meanwhile.</summary>
/// <param name="policy">Scores rows.</param>
/// <param name="bound">The highest rank that goes.</param>
/// <param name="now">When.</param>
internal ref struct EvictVerb(EvictionPolicy policy, RowRank bound, ExpiryTime now) : IStripeVerb
{
    private readonly RowRank _bound = bound;
    private readonly ExpiryTime _now = now;

    /// <summary>The ids of the batch.</summary>
    public ReadOnlySpan<long> Ids { get; set; }

    public readonly void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess) =>
        stripe.TryEvict(Ids[position], hash, policy, _bound, in _now);

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public readonly void Leave(Stripe stripe, int ids)
    {
    }
}
