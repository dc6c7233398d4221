using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Eviction;

namespace Monolith.Embeddings.Tables;

/// <summary>What the coordinator of all ranges asks of a table that owns one, by its <see cref="TablePart"/>.</summary>
public sealed partial class EmbeddingTable
{
    /// <summary>The ids that the table owns. Verbs refuse others before anything changes.</summary>
    public IdRange Range => _resources.Range;

    /// <summary>What the table asks of, and is told by, the coordinator of all ranges; null where it stands alone.</summary>
    public TablePart? Part { get; }

    /// <summary>Whether the table evicts at its limit.</summary>
    internal bool EvictsAtLimit => _evicting is not null;

    /// <summary>The expiry policy; null where rows do not expire.</summary>
    internal ExpiryPolicy? Expiry => _expiry;

    /// <summary>What the coordinator must know.</summary>
    internal RangeState State
    {
        get
        {
            _stripes.Gate.RequireOpen();
            var counted = _resources.BoundsPending ? _stripes.CountPending() : 0;
            return new() { Rows = Count, CountedIds = counted, NewestEventTime = NewestEventTime };
        }
    }

    /// <inheritdoc cref="Stripes.TableStripes.PlaceOf" />
    internal int PlaceOf(ulong mixedId) => _stripes.PlaceOf(mixedId);

    /// <summary>Requires ids of this range, before what comes with them is taken.</summary>
    /// <exception cref="ArgumentException">An id is of another range.</exception>
    internal void RequireOwned(ReadOnlySpan<long> ids) => _runner.RequireOwned(ids);

    internal void SetQuota(long rows, long countedIds)
    {
        _stripes.Gate.RequireOpen();
        _resources.Rows.SetFree(rows);
        if (_resources.BoundsPending) _resources.Pending.SetFree(countedIds);
    }

    /// <inheritdoc cref="TableClock.Set" />
    internal void SetEventTime(uint newest)
    {
        _stripes.Gate.RequireOpen();
        _clock.Set(newest);
    }

    /// <summary>Marks the places of ids that have a row; on demand, also of those that the filter counts.</summary>
    internal void MarkKnown(ReadOnlySpan<long> ids, Span<bool> known, bool countedToo)
    {
        var verb = new MarkAbsentVerb(ids, known, countedToo);
        _runner.Run(ids, RowLayout.HeaderBytes, ref verb);
        foreach (ref var mark in known) mark = !mark;
    }

    /// <inheritdoc cref="ExpiryEviction.BeginRanking" />
    internal uint BeginRanking() => _expiring.BeginRanking();

    /// <inheritdoc cref="ExpiryEviction.EndRanking" />
    internal void EndRanking() => _expiring.EndRanking();

    /// <inheritdoc cref="ExpiryEviction.CountRanks" />
    internal void CountRanks(EvictionPolicy score, uint stamp, RankHistogram histogram) =>
        _expiring.CountRanks(score, stamp, histogram, CancellationToken.None);

    /// <inheritdoc cref="LimitEviction.CountRanks" />
    internal void CountRanksAtLimit(RankHistogram histogram) => _evicting!.CountRanks(histogram);

    /// <inheritdoc cref="LimitEviction.EvictBelow" />
    internal void EvictBelow(UInt128 bound, ExpiryTime now) => _evicting!.EvictBelow(bound, now);

    /// <inheritdoc cref="ExpiryEviction.Evict(ExpiryTime, uint, IReadOnlyList{UInt128}, CancellationToken)" />
    internal long EvictPart(ExpiryTime now, uint stamp, IReadOnlyList<UInt128> bounds, CancellationToken cancellationToken) =>
        _expiring.Evict(now, stamp, bounds, cancellationToken);
}
