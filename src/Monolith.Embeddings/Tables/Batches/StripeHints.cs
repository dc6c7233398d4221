using System.Runtime.CompilerServices;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>The hints of an <see cref="EmbeddingTable"/>.</summary>
/// <param name="stripes">Its stripes.</param>
/// <param name="rowBytes">How much of each row will be used, from its front.</param>
internal readonly unsafe struct StripeHints(Stripe[] stripes, int rowBytes) : IRowHints
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBuckets(int stripe, ulong* hashes, int* guesses, int count) => stripes[stripe].Rows.Buckets.Prefetch(hashes, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int GuessFirst(int stripe, ulong* hashes, int* guesses, byte* strays, int count)
    {
        var rows = stripes[stripe].Rows;
        var strayCount = rows.Buckets.GuessFirst(hashes, guesses, strays, count);
        rows.Prefetch(guesses, count, rowBytes);
        return strayCount;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void GuessSecond(int stripe, ulong* hashes, int* guesses, ReadOnlySpan<byte> strays)
    {
        var rows = stripes[stripe].Rows;
        rows.Buckets.GuessSecond(hashes, guesses, strays);
        foreach (var stray in strays) rows.Prefetch(guesses + stray, 1, rowBytes);
    }
}
