using System.Runtime.InteropServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>The ids that the table owns. Verbs refuse others before anything changes.</summary>
    public IdRange Range => _room.Range;

    /// <summary>What the table asks of, and is told by, whoever knows all ranges; null where it stands alone.</summary>
    public TablePart? Part { get; private set; }

    internal ExpiryPolicy? Expiry => _expiry;

    internal bool EvictsAtLimit => _eviction is not null;

    internal long CountedIds => _room.Pending.Limit == 0 ? 0 : _stripes.Sum(CountPending);

    internal void SetRoom(long rows, long countedIds)
    {
        _room.Rows.SetFree(rows);
        if (_room.BoundsPending) _room.Pending.SetFree(countedIds);
    }

    internal void SetEventTime(uint newest) => _events.Set(newest);

    internal void MarkKnown(ReadOnlySpan<long> ids, Span<bool> known, bool countedToo)
    {
        var verb = new MarkAbsentVerb(ids, known, countedToo);
        ForEach(ids, RowLayout.HeaderBytes, ref verb);
        foreach (ref var mark in known) mark = !mark;
    }

    /// <summary>Adds the table's rows to a histogram. Those written at a stamp or later are kept whatever their rank is.</summary>
    internal void CountRanks(EvictionPolicy score, uint stamp, RankHistogram histogram, CancellationToken cancellationToken)
    {
        ForEachRow(Count, cancellationToken);

        void Count(Row row)
        {
            if (row.Stamp < stamp) histogram.Add(_rules.RankOf(score, row));
            else histogram.AddKept();
        }
    }

    /// <summary>Adds the table's rows to the histogram of a pass at the limit.</summary>
    internal void CountRanksAtLimit(RankHistogram histogram) =>
        ForEachRow(row => histogram.Add(_rules.RankOf(_eviction!, row)), CancellationToken.None);

    /// <summary>Removes the rows whose rank at the limit is below a bound.</summary>
    internal void EvictBelow(UInt128 bound, ExpiryTime now)
    {
        ReclaimAll();
        if (bound == 0) return;
        var (policy, last, found) = (_eviction!, RowRank.FromNumber(bound - 1), new List<long>());
        ForEachRow(row =>
        {
            if (!(_rules.RankOf(policy, row) > last)) found.Add(row.Key);
        }, CancellationToken.None);
        EvictWorst(CollectionsMarshal.AsSpan(found), last, now);
    }

    internal uint BeginPartRanking() => BeginRanking();

    /// <summary>As <see cref="Evict"/>, at a time and by ranks that somebody else found.</summary>
    internal long EvictPart(IRowRanking ranking, ExpiryTime now, CancellationToken cancellationToken)
    {
        ReclaimAll();
        var pass = BeginPass(_expiry!.ForPass(ranking), now) ?? throw new InvalidOperationException($"Table '{Name}' evicts already.");
        var removed = Reclaim(pass, cancellationToken);
        pass.ThrowIfFailed();
        return removed;
    }

    internal void EndPartRanking() => EndRanking();

    private static long CountPending(Stripe stripe)
    {
        lock (stripe.Lock) return stripe.CountPending();
    }

    private void RequireOwned(ReadOnlySpan<long> ids)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (!Range.Contains(ids[i])) throw new ArgumentException(Foreign(ids[i], i), nameof(ids));
        }
    }

    private AdmissionRecord RequireOwned(AdmissionRecord record) => IdRange.IndexOfMixed(record.MixedId, Range.Count) == Range.Index
        ? record
        : throw ForeignData($"a count of mixed id {record.MixedId}");

    private InvalidDataException ForeignData(string what) => new($"{what}, which is outside of {Range}.");

    private string Foreign(long id, int position) =>
        $"Table '{Name}' owns {Range} of the mixed ids; id {id} at position {position} is of range {IdRange.IndexOf(id, Range.Count)}. "
        + "Send each id to the set that owns its range.";
}
