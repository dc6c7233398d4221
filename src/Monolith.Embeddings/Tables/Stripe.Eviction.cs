using System.Runtime.CompilerServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tables;

internal sealed partial class Stripe
{
    // How many removals ahead the rows that will move (twice this) and the buckets (once) are fetched.
    private const int RemovalWindow = 8;

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

    /// <summary>Removes rows by handles that go downwards: what moves into a hole then comes from above all that are left.</summary>
    private void RemoveDescending(ReadOnlySpan<int> handles, in ExpiryTime now)
    {
        for (var i = 0; i < Math.Min(RemovalWindow, handles.Length); i++) PrefetchRemoval(handles, i, i);
        for (var i = 0; i < handles.Length; i++)
        {
            PrefetchRemoval(handles, i + RemovalWindow, RemovalWindow);
            var id = _rows[handles[i]].Key;
            RemoveAt(handles[i], id, _index.HashOf(id), RemovalCause.Expired, in now);
        }
        _room.Rows.Release(handles.Length);
    }

    /// <summary>Hints at the buckets of a row that will be removed and of the one that will fill its place, at its own lines, and at a row that moves later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void PrefetchRemoval(ReadOnlySpan<int> handles, int place, int ahead)
    {
        if (place >= handles.Length) return;
        var hole = _rows[handles[place]];
        _index.Buckets.Prefetch(_index.HashOf(hole.Key));
        Memory.Prefetch.Lines(hole.Address, _rules.Layout.RowBytes);
        var last = _rows.Count - 1 - ahead;
        if (last > handles[place]) _index.Buckets.Prefetch(_index.HashOf(_rows[last].Key));
        var later = last - RemovalWindow;
        if (later > handles[place]) Memory.Prefetch.Lines(_rows[later].Address, _rules.Layout.RowBytes);
    }

    private static ulong MixedKey(long key) => KeyMixer.Mix(unchecked((ulong)key));
}
