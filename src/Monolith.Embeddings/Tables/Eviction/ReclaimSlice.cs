using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Reclaims the rows that a pass killed.</summary>
internal struct ReclaimSlice(ExpiryPass pass) : IStripeSlice
{
    public long Removed { get; private set; }

    public void Visit(Stripe stripe, int most, ref int cursor)
    {
        if (stripe.Pass.Current == pass) Removed += stripe.Pass.Reclaim(most);
        if (stripe.Pass.Current != pass) cursor = 0;
    }

    public readonly void Rest()
    {
    }
}
