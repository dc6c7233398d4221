using System.Buffers.Binary;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int RestoreAhead = 8, RoomAtOnce = 64;

    /// <summary>Which bits of a mixed id place it.</summary>
    internal ulong HashMask => _rules.HashMask;

    /// <summary>Makes room for rows that are to be restored.</summary>
    /// <param name="rowsOf">How many each stripe will have.</param>
    internal void Reserve(ReadOnlySpan<int> rowsOf)
    {
        for (var i = 0; i < _stripes.Length; i++)
        {
            var rows = rowsOf[i];
            InStripe(i, stripe => stripe.Reserve(rows));
        }
    }

    /// <summary>
    /// Takes rows as they were saved, in place of those that their ids have. Nobody may write to the table meanwhile, but several threads may restore at once.
    /// </summary>
    /// <param name="records">Records of <see cref="RowRecord"/>, one behind the other.</param>
    /// <param name="stamp">The number of the change clock that they count as written under.</param>
    /// <param name="areNew">Whether their ids have no rows yet, as far as the file is what it says.</param>
    /// <returns>How many of them had no row before.</returns>
    /// <exception cref="InsufficientMemoryException">There is no room for so many rows.</exception>
    internal int RestoreRows(ReadOnlySpan<byte> records, uint stamp, bool areNew)
    {
        var recordBytes = RowRecord.BytesOf(_rules.Layout);
        var (reserved, added) = (0, 0);
        _gate.EnterShared();
        Stripe? held = null;
        try
        {
            for (var at = 0; at < records.Length; at += recordBytes)
            {
                PrefetchRestore(held, records, at + RestoreAhead * recordBytes);
                var record = records.Slice(at, recordBytes);
                var id = RowRecord.KeyOf(record);
                var hash = HashOf(id);
                Hold(StripeOf(hash), ref held);
                if (reserved == 0) reserved = TakeRoomToRestore(held!, id, hash, areNew ? (records.Length - at) / recordBytes : 1);
                if (!held!.Restore(record, hash, stamp)) continue;
                reserved--;
                added++;
            }
            return added;
        }
        finally
        {
            held?.Lock.Exit();
            _gate.ExitShared();
            _room.Rows.Release(reserved);
        }
    }

    /// <summary>Removes rows that were removed when they were saved. As <see cref="RestoreRows"/>.</summary>
    /// <param name="ids">Ids, 8 bytes each.</param>
    internal void RestoreRemovals(ReadOnlySpan<byte> ids)
    {
        _gate.EnterShared();
        Stripe? held = null;
        try
        {
            for (; ids.Length > 0; ids = ids[sizeof(long)..])
            {
                var id = BinaryPrimitives.ReadInt64LittleEndian(ids);
                var hash = HashOf(id);
                Hold(StripeOf(hash), ref held);
                held!.RestoreRemoval(id, hash);
            }
        }
        finally
        {
            held?.Lock.Exit();
            _gate.ExitShared();
        }
    }

    private ulong HashOf(long id) => Hashing.KeyMixer.Mix(unchecked((ulong)id)) & _rules.HashMask;

    private Stripe StripeOf(ulong hash) => _stripes[StripeGroups.StripeOf(hash, _stripes.Length)];

    private static void Hold(Stripe stripe, ref Stripe? held)
    {
        if (held == stripe) return;
        held?.Lock.Exit();
        held = null;
        stripe.Lock.Enter();
        held = stripe;
    }

    private void PrefetchRestore(Stripe? held, ReadOnlySpan<byte> records, int at)
    {
        if (at >= records.Length) return;
        var hash = HashOf(RowRecord.KeyOf(records[at..]));
        // The buckets of a stripe that nobody holds may be replaced meanwhile.
        if (StripeOf(hash) == held) held.Buckets.Prefetch(hash);
    }

    // A few at a time where all will be used, because the account of rows is everybody's. Room that is taken in vain would be missed by another thread.
    private int TakeRoomToRestore(Stripe stripe, long id, ulong hash, int newRows)
    {
        if (stripe.HasRow(id, hash)) return 0;
        var wanted = Math.Min(newRows, RoomAtOnce);
        if (_room.Rows.TryReserve(wanted)) return wanted;
        if (_room.Rows.TryReserve(1)) return 1;
        throw new InsufficientMemoryException(
            $"Table '{Name}' has room for {RowLimit} rows, and the snapshot holds more. Raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)} or {nameof(EmbeddingTableOptions.MaxRows)}.");
    }
}
