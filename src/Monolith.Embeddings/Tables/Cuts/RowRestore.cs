using System.Buffers.Binary;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Cuts;

/// <summary>
/// Takes what was saved into a table: rows, removals, and what its filters remember. Several threads may restore rows at once.
/// </summary>
/// <param name="table">The name of the table, for messages.</param>
/// <param name="range">The ids that are the table's own.</param>
/// <param name="rules">The table's rules.</param>
/// <param name="quota">What the limit leaves the table.</param>
/// <param name="stripes">The stripes.</param>
/// <param name="cuts">Say which cut restored rows are of.</param>
/// <param name="refusals">Told of rows that are refused for their numbers.</param>
internal sealed class RowRestore(
    string table, IdRange range, TableRules rules, RowQuota quota, TableStripes stripes, TableCuts cuts, RefusalLog refusals)
{
    private const int RestoreAhead = 8;

    /// <summary>Makes room for rows that are to be restored.</summary>
    /// <param name="rowsOf">How many each stripe will have.</param>
    public void Reserve(ReadOnlySpan<int> rowsOf)
    {
        for (var i = 0; i < stripes.Count; i++)
        {
            var rows = rowsOf[i];
            stripes.InLock(stripes[i], stripe => stripe.Rows.Reserve(rows));
        }
    }

    /// <summary>
    /// Takes rows as they were saved, in place of those that their ids have. No other thread may write to the table meanwhile, but several
    /// threads may restore at once.
    /// </summary>
    /// <param name="records">Records of <see cref="RowRecord"/>, one after the other.</param>
    /// <param name="areNew">
    /// Whether all of them are new, so that their room can be taken at once. Never more than is needed is taken: another thread may need
    /// the last of it.
    /// </param>
    /// <returns>
    /// How many of them had no row before, with those that were refused because a number is not finite: what their ids had stays.
    /// </returns>
    /// <exception cref="InsufficientMemoryException">There is no room for this many rows.</exception>
    /// <exception cref="InvalidDataException">A row is of another range; some rows before it are restored.</exception>
    public int Restore(ReadOnlySpan<byte> records, bool areNew)
    {
        var recordBytes = RowRecord.BytesOf(rules.Layout);
        var (reserved, added, refused) = (areNew ? records.Length / recordBytes : 0, 0, 0);
        TakeRoom(reserved);
        stripes.Gate.EnterShared();
        Stripe? held = null;
        try
        {
            for (var at = 0; at < records.Length; at += recordBytes)
            {
                PrefetchNext(held, records, at + RestoreAhead * recordBytes);
                var record = records.Slice(at, recordBytes);
                var id = RowRecord.KeyOf(record);
                if (!range.Contains(id)) throw Foreign($"a row of id {id}");
                var hash = stripes.HashOf(id);
                Hold(stripes.Of(hash), ref held);
                if (!rules.IsFinite(record))
                {
                    held!.History.Refuse(RefusalKind.NonFiniteValue, id);
                    refused++;
                    continue;
                }
                if (reserved == added && !held!.Restore.HasRow(id, hash))
                {
                    TakeRoom(1);
                    reserved++;
                }
                if (held!.Restore.TakeRow(record, hash, cuts.SafeCut)) added++;
            }
            return added + refused;
        }
        finally
        {
            held?.Lock.Exit();
            stripes.Gate.ExitShared();
            quota.Release(reserved - added);
            refusals.Flush();
        }
    }

    /// <summary>Removes rows that were removed when they were saved. As <see cref="Restore"/>.</summary>
    /// <param name="ids">Ids, 8 bytes each.</param>
    public void Remove(ReadOnlySpan<byte> ids)
    {
        stripes.Gate.EnterShared();
        Stripe? held = null;
        try
        {
            for (; ids.Length > 0; ids = ids[sizeof(long)..])
            {
                var id = BinaryPrimitives.ReadInt64LittleEndian(ids);
                if (!range.Contains(id)) throw Foreign($"the removal of id {id}");
                var hash = stripes.HashOf(id);
                Hold(stripes.Of(hash), ref held);
                held!.Restore.TakeRemoval(id, hash);
            }
        }
        finally
        {
            held?.Lock.Exit();
            stripes.Gate.ExitShared();
        }
    }

    /// <summary>
    /// Writes what the admission filters of all stripes remember. A stripe is locked at a time: no thread may write to the table meanwhile.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void SaveFilters(AdmissionStateWriter writer) => stripes.InEachLock(stripe => stripe.Filter.Save(writer));

    /// <summary>
    /// Reads what <see cref="SaveFilters"/> wrote, of a table with the same filter and any number of stripes. If this throws, the filters
    /// remember nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">Ids are being counted already.</exception>
    /// <exception cref="InvalidDataException">A record is malformed, or of another filter.</exception>
    /// <exception cref="OutOfMemoryException">The memory for counted ids is smaller than what was saved.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void LoadFilters(IEnumerable<AdmissionRecord> records)
    {
        stripes.Gate.EnterExclusive();
        try
        {
            if (Array.Exists(stripes.All, stripe => stripe.Filter.CountPending() > 0))
                throw new InvalidOperationException($"Table '{table}' counts ids already; load into a table that has seen none.");
            try
            {
                foreach (var record in records)
                {
                    RequireOwned(record);
                    stripes.Of(record.MixedId).Filter.Load(record.MixedId, record.Bytes.Span);
                }
            }
            catch
            {
                foreach (var stripe in stripes.All) stripe.Filter.Clear();
                throw;
            }
        }
        finally
        {
            stripes.Gate.ExitExclusive();
        }
    }

    private void RequireOwned(AdmissionRecord record)
    {
        if (IdRange.IndexOfMixed(record.MixedId, range.Count) != range.Index) throw Foreign($"a count of mixed id {record.MixedId}");
    }

    private InvalidDataException Foreign(string what) => new($"{what}, which is outside of {range}.");

    private static void Hold(Stripe stripe, ref Stripe? held)
    {
        if (held == stripe) return;
        held?.Lock.Exit();
        held = null;
        stripe.Lock.Enter();
        held = stripe;
    }

    private void PrefetchNext(Stripe? held, ReadOnlySpan<byte> records, int at)
    {
        if (at >= records.Length) return;
        var hash = stripes.HashOf(RowRecord.KeyOf(records[at..]));
        // The buckets of a stripe that this thread does not hold may be replaced meanwhile.
        if (stripes.Of(hash) == held) held.Rows.Buckets.Prefetch(hash);
    }

    private void TakeRoom(int rows)
    {
        if (quota.TryReserve(rows)) return;
        throw new InsufficientMemoryException(
            $"Table '{table}' has room for {quota.Limit} rows, and the snapshot holds more. "
            + $"Raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)} or {nameof(EmbeddingTableOptions.MaxRows)}.");
    }
}
