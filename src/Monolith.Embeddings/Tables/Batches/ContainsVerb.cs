using System.Runtime.CompilerServices;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Says which ids have a row.</summary>
internal ref struct ContainsVerb(ReadOnlySpan<long> ids, Span<bool> found) : IStripeVerb
{
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly Span<bool> _found = found;

    public int Found { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        var isFound = stripe.TryFind(in view, _ids[position], hash, guess, out _);
        _found[position] = isFound;
        if (isFound) Found++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public readonly void Leave(Stripe stripe, int ids)
    {
    }
}
