using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    /// <summary>Makes room for so many rows at once.</summary>
    public void Reserve(int rows)
    {
        _rows.Reserve(rows);
        _index.Reserve(rows);
    }

    /// <summary>Whether an id has a row, dead or not.</summary>
    public bool HasRow(long id, ulong hash) => _index.Find(id, hash) != CuckooIndex.NotFound;

    /// <summary>Takes a row as it was saved, in place of the one that its id may have. Room for a new one was reserved.</summary>
    /// <param name="record">The row, as it was saved.</param>
    /// <param name="hash">Its mixed id.</param>
    /// <param name="safeCut">The table's safe cut, which commits hold the row of; 0 where there is none.</param>
    /// <returns>Whether the row is new.</returns>
    public bool Restore(ReadOnlySpan<byte> record, ulong hash, uint safeCut)
    {
        var id = RowRecord.KeyOf(record);
        var handle = _index.Find(id, hash);
        var isNew = handle == CuckooIndex.NotFound;
        if (isNew)
        {
            handle = _rows.Count;
            _rows.Reserve(handle + 1);
            _index.Insert(id, hash, handle);
            _rows.Add(id);
        }
        var row = _rows[handle];
        RowRecord.Read(record, row);
        // Where others removed rows meanwhile, perhaps this one, the next delta tells of that, and so of the row too.
        var isSafe = safeCut > 0 && _log is null or { IsEmpty: true };
        row.Stamp = isSafe ? safeCut : Stamp;
        if (!isSafe) Changed(handle);
        return isNew;
    }

    /// <summary>Removes a row that was removed when it was saved.</summary>
    public void RestoreRemoval(long id, ulong hash)
    {
        var handle = _index.Find(id, hash);
        if (handle == CuckooIndex.NotFound) return;
        TakeOut(handle, id, hash);
        _room.Rows.Release(1);
    }
}
