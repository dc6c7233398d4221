using System.Runtime.CompilerServices;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>The hints of ids that a verb found before: their rows are fetched without a look into the index.</summary>
/// <param name="stripes">The table's stripes.</param>
/// <param name="rowBytes">How much of each row will be used, from its front.</param>
internal readonly unsafe struct FoundRowHints(Stripe[] stripes, int rowBytes) : IRowHints
{
    // An id that had no row is asked for in the index again: it may have one now.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBuckets(int stripe, ulong* hashes, int* guesses, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (guesses[i] < 0) stripes[stripe].Rows.Buckets.Prefetch(hashes + i, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int GuessFirst(int stripe, ulong* hashes, int* guesses, byte* strays, int count)
    {
        stripes[stripe].Rows.Prefetch(guesses, count, rowBytes);
        return 0;
    }

    public void GuessSecond(int stripe, ulong* hashes, int* guesses, ReadOnlySpan<byte> strays)
    {
    }
}
