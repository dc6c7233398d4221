using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Marks the places of ids without a row; on demand, only of those that the filter does not count yet either.</summary>
internal ref struct MarkAbsentVerb(ReadOnlySpan<long> ids, Span<bool> marks, bool skipsPending = false) : IStripeVerb
{
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly Span<bool> _marks = marks;

    public readonly void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess) =>
        _marks[position] = !stripe.TryFind(in view, _ids[position], hash, guess, out _)
            && !(skipsPending && stripe.IsPending(_ids[position]));

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public readonly void Leave(Stripe stripe, int ids)
    {
    }
}
