using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private readonly PassGate _passes = new();

    /// <summary>Reserves the room that the next chunk of a batch may need, and makes it where a policy says how.</summary>
    /// <returns>How many ids the chunk has.</returns>
    private int TakeRoom(ReadOnlySpan<long> ids, int start, RowGrant? grant)
    {
        var chunk = ids.Slice(start, Math.Min(ChunkIds, ids.Length - start));
        if (grant is null || TryTakeRoomForAll(chunk.Length, grant)) return chunk.Length;
        // A plug-in that calls back is told so before it could wait for a lock that its own batch holds.
        RequireOpen();
        // What an eviction has killed is no row any more: its room comes first.
        if (ReclaimAll() && TryTakeRoomForAll(chunk.Length, grant)) return chunk.Length;
        try
        {
            return TakeShortRoom(chunk, grant);
        }
        catch (BatchInterruptedException interruption)
        {
            throw new BatchInterruptedException(Name, start, ids.Length, interruption.InnerException!);
        }
    }

    private static bool TryTakeRoomForAll(int ids, RowGrant grant)
    {
        if (!grant.TryReserveRows(ids)) return false;
        if (grant.AsksFilter && !grant.TryReservePending(ids))
        {
            grant.GiveBack();
            return false;
        }
        grant.Absent.Skip(ids);
        return true;
    }

    private int TakeShortRoom(ReadOnlySpan<long> ids, RowGrant grant)
    {
        var count = ids.Length;
        if (!grant.TryReserveRows(count)) count = _eviction is null || _room.IsPart ? TakeUpToFull(ids, grant) : TakeOrEvict(ids, grant);
        if (grant.AsksFilter && !grant.TryReservePending(count)) count = TakePending(ids[..count], grant);
        grant.Absent.Skip(count);
        return count;
    }

    /// <summary>Rows for the longest run of ids whose absent places fit; where there is no room at all, none, and every new id is refused.</summary>
    private int TakeUpToFull(ReadOnlySpan<long> ids, RowGrant grant)
    {
        var free = _room.Rows.Free;
        if (free == 0)
        {
            if (_fullGate.TryEnter()) _log.IsFull(Name, Count, RowLimit);
            return ids.Length;
        }
        // A filter may let few of them in, so that room is left for the next run. It is not counted anew: what was absent then needs at most as much now.
        if (grant.Absent.Count == 0) MarkAbsent(ids, grant.Absent);
        var count = grant.Absent.LongestPrefix(ids.Length, free);
        _ = grant.TryReserveRows(grant.Absent.CountMarks(count));
        return count;
    }

    /// <summary>Rows for the absent ids of a run that is no longer than what a pass removes; where these do not fit, a pass.</summary>
    private int TakeOrEvict(ReadOnlySpan<long> ids, RowGrant grant)
    {
        var count = Math.Min(ids.Length, PassRows);
        if (grant.TryReserveRows(count)) return count;
        grant.Hold(_passes);
        MarkAbsent(ids[..count], grant.Absent);
        if (grant.TryReserveRows(grant.Absent.CountMarks(count))) return count;
        grant.GiveBack();
        EvictForRoom(count, grant);
        return count;
    }

    /// <summary>Places for the ids that the filter will begin to count.</summary>
    private int TakePending(ReadOnlySpan<long> ids, RowGrant grant)
    {
        var free = _room.Pending.Free;
        if (free == 0) return ids.Length;
        var verb = new MarkAbsentVerb(ids, grant.Uncounted.Begin(ids.Length), skipsPending: true);
        ForEach(ids, RowLayout.HeaderBytes, ref verb);
        var count = grant.Uncounted.LongestPrefix(ids.Length, free);
        _ = grant.TryReservePending(grant.Uncounted.CountMarks(count));
        return count;
    }

    private void MarkAbsent(ReadOnlySpan<long> ids, AbsentPlaces absent)
    {
        var verb = new MarkAbsentVerb(ids, absent.Begin(ids.Length));
        ForEach(ids, RowLayout.HeaderBytes, ref verb);
    }

    /// <summary>Marks the places of ids without a row; on demand, only of those that the filter does not count yet either.</summary>
    private ref struct MarkAbsentVerb(ReadOnlySpan<long> ids, Span<bool> marks, bool skipsPending = false) : IStripeVerb
    {
        private readonly ReadOnlySpan<long> _ids = ids;
        private readonly Span<bool> _marks = marks;

        public readonly void Process(Stripe stripe, ref RowView rows, int position, ulong hash, int guess) =>
            _marks[position] = !stripe.TryFind(in rows, _ids[position], hash, guess, out _) && !(skipsPending && stripe.IsPending(_ids[position]));

        public readonly void EndBlock(Stripe stripe)
        {
        }

        public readonly void Leave(Stripe stripe, int ids)
        {
        }
    }
}
