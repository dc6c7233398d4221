using System.Buffers.Binary;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int RestoreAhead = 8;

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
    /// <param name="areNew">Whether all of them are new, so that their room can be taken at once. Never more than is needed is taken: another thread may need the last of it.</param>
    /// <returns>
    /// How many of them had no row before, with those that were refused because a number is not finite: what their ids had stays.
    /// </returns>
    /// <exception cref="InsufficientMemoryException">There is no room for so many rows.</exception>
    /// <exception cref="InvalidDataException">A row is of an id that the table does not own; some rows before it are restored.</exception>
    internal int RestoreRows(ReadOnlySpan<byte> records, bool areNew)
    {
        var recordBytes = RowRecord.BytesOf(_rules.Layout);
        var (reserved, added, refused) = (areNew ? records.Length / recordBytes : 0, 0, 0);
        TakeRoom(reserved);
        _gate.EnterShared();
        Stripe? held = null;
        try
        {
            for (var at = 0; at < records.Length; at += recordBytes)
            {
                PrefetchRestore(held, records, at + RestoreAhead * recordBytes);
                var record = records.Slice(at, recordBytes);
                var id = RowRecord.KeyOf(record);
                if (!Range.Contains(id)) throw ForeignData($"a row of id {id}");
                var hash = HashOf(id);
                Hold(_stripes[StripeOf(hash)], ref held);
                if (!_rules.IsFinite(record))
                {
                    held!.Refuse(RefusalKind.NonFiniteValue, id);
                    refused++;
                    continue;
                }
                if (reserved == added && !held!.HasRow(id, hash))
                {
                    TakeRoom(1);
                    reserved++;
                }
                if (held!.Restore(record, hash, _safeCut)) added++;
            }
            return added + refused;
        }
        finally
        {
            held?.Lock.Exit();
            _gate.ExitShared();
            _room.Rows.Release(reserved - added);
            _refusals.Flush();
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
                if (!Range.Contains(id)) throw ForeignData($"the removal of id {id}");
                var hash = HashOf(id);
                Hold(_stripes[StripeOf(hash)], ref held);
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

    /// <summary>The stripe of a mixed id; of those outside the table's range, the nearest.</summary>
    internal int StripeOf(ulong mixedId) =>
        Math.Clamp(StripeGroups.StripeOf(mixedId, _room.AllStripes) - FirstStripe, 0, _stripes.Length - 1);

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
        if (_stripes[StripeOf(hash)] == held) held.Buckets.Prefetch(hash);
    }

    private void TakeRoom(int rows)
    {
        if (_room.Rows.TryReserve(rows)) return;
        throw new InsufficientMemoryException(
            $"Table '{Name}' has room for {RowLimit} rows, and the snapshot holds more. Raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)} or {nameof(EmbeddingTableOptions.MaxRows)}.");
    }
}
