using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Removes all that is known of ids.</summary>
internal ref struct ForgetVerb(ReadOnlySpan<long> ids) : IStripeVerb
{
    private readonly ReadOnlySpan<long> _ids = ids;

    public int Removed { get; private set; }

    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        if (stripe.Forget(_ids[position], hash)) Removed++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public readonly void Leave(Stripe stripe, int ids)
    {
    }
}
