using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Tables.Eviction;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    // How many rows ahead a scan fetches headers.
    public const int ScanWindow = 24;

    private int _removalsBeforeTrim;

    /// <summary>Looks for the rows that go first among the next rows, from a handle downwards; stops where the collection is full.</summary>
    /// <param name="policy">Scores rows.</param>
    /// <param name="worst">Collects them.</param>
    /// <param name="most">How many rows to look at.</param>
    /// <param name="cursor">The handle above the next row to look at; set to 0 when the stripe is done.</param>
    public void CollectWorst(EvictionPolicy policy, WorstRows worst, int most, ref int cursor)
    {
        cursor = Math.Min(cursor, _rows.Count);
        for (var stop = Math.Max(0, cursor - most); cursor > stop && !worst.IsFull; cursor--)
        {
            _rows.PrefetchHeader(cursor - 1 - ScanWindow);
            var row = _rows[cursor - 1];
            if (!IsDead(row)) worst.Add(_rules.RankOf(policy, row));
        }
    }

    /// <summary>Removes a row that goes at the limit, unless it is gone or was updated since it was chosen.</summary>
    public bool TryEvict(long id, ulong hash, EvictionPolicy policy, RowRank bound, in ExpiryTime now)
    {
        var handle = _index.Find(id, hash);
        if (handle == Indexing.CuckooIndex.NotFound || IsDead(_rows[handle]) || _rules.RankOf(policy, _rows[handle]) > bound) return false;
        RemoveAt(handle, id, hash, RemovalCause.Evicted, in now);
        _room.Rows.Release(1);
        // At the limit the other stripes need what this one loses: rows of equal scores go by mixed id, and so all from a few stripes.
        _keptCapacity = 0;
        TrimExcess();
        return true;
    }

    /// <summary>Gives memory back where that is possible: a smaller copy needs room itself, and at the limit there may be none.</summary>
    public void TrimExcess()
    {
        TrimRows();
        TrimIndex();
    }

    public void TrimIndex() => Trim(static stripe => stripe._index.TrimExcess(stripe._keptCapacity));

    private void TrimRows() => Trim(static stripe => stripe._rows.TrimExcess(stripe._keptCapacity));

    private void Trim(Action<Stripe> trim)
    {
        if (_removalsBeforeTrim > 0)
        {
            _removalsBeforeTrim--;
            return;
        }
        try
        {
            trim(this);
        }
        catch (OutOfMemoryException)
        {
            // Nothing changed. Trying again at the next removal would cost each of them an exception.
            _removalsBeforeTrim = Count / 8;
        }
    }

    private static ulong MixedKey(long key) => KeyMixer.Mix(unchecked((ulong)key));
}
