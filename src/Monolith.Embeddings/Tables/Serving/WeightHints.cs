using System.Runtime.CompilerServices;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables.Serving;

/// <summary>The hints of a <see cref="WeightTable"/>.</summary>
/// <param name="stripes">Its stripes.</param>
internal readonly unsafe struct WeightHints(WeightStripe[] stripes) : IRowHints
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBuckets(int stripe, ulong* hashes, int* guesses, int count) => stripes[stripe].Rows.Buckets.Prefetch(hashes, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int GuessFirst(int stripe, ulong* hashes, int* guesses, byte* strays, int count)
    {
        var buckets = stripes[stripe].Rows.Buckets;
        var strayCount = buckets.GuessFirst(hashes, guesses, strays, count);
        buckets.PrefetchRows(guesses, count);
        return strayCount;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void GuessSecond(int stripe, ulong* hashes, int* guesses, ReadOnlySpan<byte> strays)
    {
        var buckets = stripes[stripe].Rows.Buckets;
        buckets.GuessSecond(hashes, guesses, strays);
        foreach (var stray in strays) buckets.PrefetchRows(guesses + stray, 1);
    }
}
