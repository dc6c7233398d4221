using System.Runtime.CompilerServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Removes rows.</summary>
internal ref struct RemoveVerb(ReadOnlySpan<long> ids, ExpiryTime now) : IStripeVerb
{
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly ExpiryTime _now = now;

    public int Removed { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        if (stripe.TryRemove(_ids[position], hash, in _now)) Removed++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public readonly void Leave(Stripe stripe, int ids)
    {
    }
}
