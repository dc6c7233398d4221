using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int MostSliceRows = 2048;
    private const int FewestSliceRows = 64;
    private const int SliceBytes = 1 << 20;

    /// <summary>About how many rows are looked at under one lock: so few that nobody waits for long, also where all of them go and others move.</summary>
    private int SliceRows => Math.Clamp(SliceBytes / RowBytes, FewestSliceRows, MostSliceRows);

    /// <summary>Visits all stripes, a slice of rows at a time, until each slice's cursor is at 0; it begins beyond the last row.</summary>
    /// <remarks>
    /// Two stripes at a time, by turns: a lock that is taken again at once would not let in those who wait, and more stripes would push each other's
    /// index out of the cache. Against the order of batches: a batch that went the same way would wait at one stripe after the other.
    /// </remarks>
    private void ForEachSlice<TSlice>(ref TSlice slice, CancellationToken cancellationToken = default)
        where TSlice : struct, IStripeSlice
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

    /// <summary>Shows every row that is there throughout, exactly once, while its stripe is locked; those that are dead by an eviction are none.</summary>
    /// <param name="look">Is shown a row.</param>
    /// <param name="cancellationToken">Stops between two slices.</param>
    /// <param name="leave">Called for each stripe behind its last row, while it is still locked.</param>
    internal void ForEachRow(Action<Row> look, CancellationToken cancellationToken, Action<Stripe>? leave = null)
    {
        var cursor = new RowCursor();
        try
        {
            foreach (var stripe in _stripes)
            {
                do
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Locked(stripe, locked => Show(locked, cursor, look, leave));
                }
                while (cursor.IsOpen);
            }
        }
        finally
        {
            cursor.Abandon();
        }
    }

    private void Show(Stripe stripe, RowCursor cursor, Action<Row> look, Action<Stripe>? leave)
    {
        var taken = stripe.TakeRows(cursor, SliceRows);
        for (var handle = cursor.Position; handle < cursor.Position + taken; handle++)
        {
            var row = stripe.RowAt(handle);
            if (!stripe.IsDead(row)) look(row);
        }
        if (!cursor.IsOpen) leave?.Invoke(stripe);
    }

    private void VisitSlice<TSlice>(ref TSlice slice, Stripe stripe, ref int cursor, CancellationToken cancellationToken)
        where TSlice : struct, IStripeSlice
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
