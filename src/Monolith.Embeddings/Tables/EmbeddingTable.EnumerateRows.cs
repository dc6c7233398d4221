using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>The largest number of rows in a chunk of an enumeration: 65,536.</summary>
    public const int MaxChunkRows = 65_536;

    /// <summary>
    /// Goes through all rows, a copied chunk at a time: <c>foreach (var chunk in table.EnumerateRows())</c>. Other threads use the table
    /// meanwhile; only the stripe that a chunk is copied from waits, and only for the copy. A row that is there from before the first chunk
    /// until after the last appears exactly once, with its weights as they were at one moment; a row that is created or removed meanwhile
    /// appears once or not at all. Allocates here and nowhere later.
    /// </summary>
    /// <param name="chunkRows">The most rows in a chunk, 1 to <see cref="MaxChunkRows"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public RowEnumerator EnumerateRows(int chunkRows = 256)
    {
        if (chunkRows is < 1 or > MaxChunkRows)
            throw OutOfRange.Of(nameof(chunkRows), chunkRows, $"Table '{Name}': a chunk has 1 to {MaxChunkRows} rows.");
        _stripes.Gate.RequireOpen();
        return new RowEnumerator(this, chunkRows);
    }

    /// <summary>
    /// The ids of all rows, in no order, a stripe at a time, each as it is at one moment; other threads use the table meanwhile. An id that
    /// has a row throughout comes exactly once. Each enumeration starts over.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public IEnumerable<long> EnumerateIds()
    {
        _stripes.Gate.RequireOpen();
        return LiveRows.EnumerateIds();
    }

    /// <summary>Copies the next rows of a pass over one stripe.</summary>
    /// <returns>How many; the cursor is open while there may be more.</returns>
    internal int CopyRows(int stripeIndex, RowCursor cursor, Span<long> ids, Span<float> weights, Span<long> lastUpdatesMilliseconds)
    {
        var stripe = _stripes[stripeIndex];
        _stripes.Gate.EnterShared();
        try
        {
            lock (stripe.Lock)
            {
                var (taken, copied) = (stripe.Rows.Take(cursor, ids.Length), 0);
                for (var i = 0; i < taken; i++)
                {
                    var row = stripe.Rows[cursor.Position + i];
                    if (stripe.Pass.IsDead(row)) continue;
                    (ids[copied], lastUpdatesMilliseconds[copied]) = (row.Key, EventSeconds.Milliseconds(row.LastUpdate));
                    RowPacking.Unpack(_rules.Layout.WeightParts, row, weights.Slice(copied++ * Dimension, Dimension));
                }
                return copied;
            }
        }
        finally
        {
            _stripes.Gate.ExitShared();
        }
    }
}
