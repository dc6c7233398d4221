namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int MostSliceRows = 4096;
    private const int FewestSliceRows = 64;
    private const int SliceBytes = 1 << 20;

    /// <summary>How many rows are looked at under one lock: so few that nobody waits for long, also where all of them go and others move.</summary>
    private int SliceRows => Math.Clamp(SliceBytes / RowBytes, FewestSliceRows, MostSliceRows);

    /// <summary>Walks over all rows that are there throughout, downwards in each stripe, a slice at a time; meets some of them twice.</summary>
    /// <remarks>
    /// Two stripes at a time, by turns: a lock that is taken again at once would not let in those who wait, and more stripes would push each other's
    /// index out of the cache. Against the order of batches: a batch that went the same way would wait at one stripe after the other.
    /// </remarks>
    private void ForEachSlice<TSlice>(ref TSlice slice, CancellationToken cancellationToken = default)
        where TSlice : struct, IStripeSlice, allows ref struct
    {
        for (var upper = _stripes.Length - 1; upper >= 0; upper -= 2)
        {
            var lower = Math.Max(0, upper - 1);
            var (above, below) = (int.MaxValue, lower == upper ? 0 : int.MaxValue);
            while ((above | below) != 0)
            {
                VisitSlice(ref slice, _stripes[upper], ref above, cancellationToken);
                VisitSlice(ref slice, _stripes[lower], ref below, cancellationToken);
            }
        }
    }

    private void VisitSlice<TSlice>(ref TSlice slice, Stripe stripe, ref int cursor, CancellationToken cancellationToken)
        where TSlice : struct, IStripeSlice, allows ref struct
    {
        if (cursor == 0) return;
        cancellationToken.ThrowIfCancellationRequested();
        _gate.EnterShared();
        try
        {
            lock (stripe.Lock) slice.Visit(stripe, SliceRows, ref cursor);
        }
        finally
        {
            _gate.ExitShared();
        }
        slice.Rest();
    }
}
