using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>
/// Runs batches that may create rows: the room that a chunk may need is reserved before it begins, and made where a policy says how.
/// Thread-safe.
/// </summary>
/// <param name="table">The name of the table, for messages.</param>
/// <param name="resources">What the limit leaves the table.</param>
/// <param name="gate">The table's gate.</param>
/// <param name="runner">Runs the chunks.</param>
/// <param name="expiry">What it has killed goes first.</param>
/// <param name="eviction">Makes room; null where new ids are refused at the limit.</param>
/// <param name="refuse">Called where new ids are refused.</param>
internal sealed class AdmittingBatches(
    string table, TableResources resources, TableGate gate, BatchRunner runner, ExpiryEviction expiry,
    LimitEviction? eviction, Action refuse)
{
    /// <summary>Runs a verb.</summary>
    /// <param name="ids">The batch.</param>
    /// <param name="rowBytes">How much of each row the verb uses, from its front.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="reservation">Holds the room of a chunk while it runs.</param>
    /// <exception cref="ArgumentException">An id is of another range; nothing changed.</exception>
    /// <exception cref="InvalidOperationException">A part was not told how many rows it may create; nothing changed.</exception>
    /// <exception cref="BatchInterruptedException">Something threw in the middle; every row is whole.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void Run<TVerb>(ReadOnlySpan<long> ids, int rowBytes, ref TVerb verb, BatchReservation reservation)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        Begin(ids);
        for (int start = 0, length; start < ids.Length; start += length)
        {
            length = Reserve(ids, start, reservation);
            try
            {
                runner.RunChunk(ids, start, length, rowBytes, ref verb);
            }
            finally
            {
                reservation.GiveBack();
            }
        }
    }

    /// <summary>Requires a batch that may be run.</summary>
    /// <exception cref="ArgumentException">An id is of another range.</exception>
    /// <exception cref="InvalidOperationException">A part was not told how many rows it may create.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void Begin(ReadOnlySpan<long> ids)
    {
        if (ids.Length == 0 || resources.IsPart) gate.RequireOpen();
        runner.RequireOwned(ids);
        if (resources.Rows.IsKnown) return;
        throw new InvalidOperationException(
            $"Table '{table}' owns {resources.Range} of the mixed ids, and was not told how many rows it may create. "
            + $"Call {nameof(TablePart)}.{nameof(TablePart.SetQuota)} first, or let a {nameof(PartitionedTableSet)} do it.");
    }

    /// <summary>Reserves the room of a chunk, and makes it where a policy says how.</summary>
    /// <param name="ids">The batch.</param>
    /// <param name="start">Where the chunk begins.</param>
    /// <param name="reservation">Receives the room.</param>
    /// <returns>How many ids the chunk has.</returns>
    /// <exception cref="BatchInterruptedException">Something threw; nothing of the chunk changed.</exception>
    public int Reserve(ReadOnlySpan<long> ids, int start, BatchReservation reservation)
    {
        var chunk = ids.Slice(start, Math.Min(BatchRunner.ChunkIds, ids.Length - start));
        if (TryReserveForAll(chunk.Length, reservation)) return chunk.Length;
        // A plug-in that calls back is told so before it could wait for a lock that its own batch holds.
        gate.RequireOpen();
        // What an eviction has killed is no row any more: its room comes first.
        if (expiry.Finish() && TryReserveForAll(chunk.Length, reservation)) return chunk.Length;
        try
        {
            return ReserveShort(chunk, reservation);
        }
        catch (BatchInterruptedException interruption)
        {
            throw new BatchInterruptedException(table, start, ids.Length, interruption.InnerException!);
        }
    }

    /// <summary>Reserves the room that this many ids take at most; false where there is less.</summary>
    public static bool TryReserveForAll(int ids, BatchReservation reservation)
    {
        if (!reservation.TryReserveRows(ids)) return false;
        if (reservation.AsksFilter && !reservation.TryReservePending(ids))
        {
            reservation.GiveBack();
            return false;
        }
        reservation.Absent.Skip(ids);
        return true;
    }

    private int ReserveShort(ReadOnlySpan<long> ids, BatchReservation reservation)
    {
        var count = ids.Length;
        // Whose rows are the worst, only the coordinator of all parts knows.
        var evicting = resources.IsPart ? null : eviction;
        if (!reservation.TryReserveRows(count))
            count = evicting is null ? ReserveUpToFull(ids, reservation) : ReserveOrEvict(ids, reservation, evicting);
        if (reservation.AsksFilter && !reservation.TryReservePending(count)) count = ReservePending(ids[..count], reservation);
        reservation.Absent.Skip(count);
        return count;
    }

    /// <summary>
    /// Rows for the longest run of ids whose absent places fit; where there is no room at all, none, and every new id is refused.
    /// </summary>
    private int ReserveUpToFull(ReadOnlySpan<long> ids, BatchReservation reservation)
    {
        var free = resources.Rows.Free;
        if (free == 0)
        {
            refuse();
            return ids.Length;
        }
        // A filter may let few of them in, so that room is left for the next run. It is not counted again: what was absent then needs at
        // most as much now.
        if (reservation.Absent.Count == 0) MarkAbsent(ids, reservation.Absent);
        var count = reservation.Absent.LongestPrefix(ids.Length, free);
        _ = reservation.TryReserveRows(reservation.Absent.CountMarks(count));
        return count;
    }

    /// <summary>Rows for the absent ids of a run that is no longer than what a pass removes; where these do not fit, a pass.</summary>
    private int ReserveOrEvict(ReadOnlySpan<long> ids, BatchReservation reservation, LimitEviction eviction)
    {
        var count = Math.Min(ids.Length, eviction.PassRows);
        if (reservation.TryReserveRows(count)) return count;
        reservation.Hold(eviction.Gate);
        MarkAbsent(ids[..count], reservation.Absent);
        if (reservation.TryReserveRows(reservation.Absent.CountMarks(count))) return count;
        reservation.GiveBack();
        eviction.MakeRoom(count, reservation);
        return count;
    }

    /// <summary>Places for the ids that the filter will begin to count.</summary>
    private int ReservePending(ReadOnlySpan<long> ids, BatchReservation reservation)
    {
        var free = resources.Pending.Free;
        if (free == 0) return ids.Length;
        var verb = new MarkAbsentVerb(ids, reservation.Uncounted.Begin(ids.Length), skipsPending: true);
        runner.Run(ids, RowLayout.HeaderBytes, ref verb);
        var count = reservation.Uncounted.LongestPrefix(ids.Length, free);
        _ = reservation.TryReservePending(reservation.Uncounted.CountMarks(count));
        return count;
    }

    private void MarkAbsent(ReadOnlySpan<long> ids, AbsentPlaces absent)
    {
        var verb = new MarkAbsentVerb(ids, absent.Begin(ids.Length));
        runner.Run(ids, RowLayout.HeaderBytes, ref verb);
    }
}
