using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>How a stripe takes what was saved. The stripe's lock covers it.</summary>
internal sealed class StripeRestore(StripeRows rows, StripeCut cut, RowQuota quota)
{
    /// <summary>Whether an id has a row, dead or not.</summary>
    public bool HasRow(long id, ulong hash) => rows.Find(id, hash) != CuckooIndex.NotFound;

    /// <summary>Takes a row as it was saved, in place of the one that its id may have. Room for a new one was reserved.</summary>
    /// <param name="record">The row, as it was saved.</param>
    /// <param name="hash">Its mixed id.</param>
    /// <param name="safeCut">The table's safe cut, which commits hold the row of; 0 where there is none.</param>
    /// <returns>Whether the row is new.</returns>
    public bool TakeRow(ReadOnlySpan<byte> record, ulong hash, uint safeCut)
    {
        var id = RowRecord.KeyOf(record);
        var handle = rows.Find(id, hash);
        var isNew = handle == CuckooIndex.NotFound;
        if (isNew)
        {
            rows.PrepareNext();
            handle = rows.Append(id, hash);
        }
        var row = rows[handle];
        RowRecord.Read(record, row);
        // Where others removed rows meanwhile, perhaps this one, the next delta tells of that, and so of the row too.
        var isSafe = safeCut > 0 && cut.HasNoRemoval;
        row.Stamp = isSafe ? safeCut : cut.Stamp;
        if (!isSafe) rows.Marks.Mark(handle);
        return isNew;
    }

    /// <summary>Removes a row that was removed when it was saved.</summary>
    public void TakeRemoval(long id, ulong hash)
    {
        var handle = rows.Find(id, hash);
        if (handle == CuckooIndex.NotFound) return;
        rows.Remove(handle, id, hash);
        quota.Release(1);
    }
}
