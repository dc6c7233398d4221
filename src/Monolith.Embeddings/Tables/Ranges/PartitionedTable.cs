using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Eviction;

namespace Monolith.Embeddings.Tables.Ranges;

/// <summary>
/// What is known about one table over all ranges: how much fits, which time it is, and what of a batch goes where. Not thread-safe.
/// </summary>
internal sealed class PartitionedTable
{
    private readonly RowQuota _rows;
    private readonly Quota _counted;
    private readonly RangeShare[] _shares;
    private readonly RangeState[] _states;
    private readonly long[] _kept;

    /// <param name="index">Its place in the schema.</param>
    /// <param name="options">Its options.</param>
    /// <param name="memory">What the limit of the whole leaves.</param>
    /// <param name="layout">Says the bytes of a row.</param>
    /// <param name="clock">Judges event times.</param>
    /// <param name="ranges">How many ranges there are.</param>
    public PartitionedTable(int index, EmbeddingTableOptions options, TableMemory memory, RowLayout layout, EventClock clock, int ranges)
    {
        (Index, Options, Clock, Dimension) = (index, options, clock, layout.Dimension);
        _rows = new RowQuota(memory.Budget, RowQuota.WorstBytesPerRow(layout, options.AtLimit is not null), options.MaxRows);
        if (!_rows.TryKeep(options.InitialCapacity))
            throw new ArgumentException(
                $"Table '{options.Name}': an initial capacity of {options.InitialCapacity} rows does not fit; "
                + $"the limit allows {_rows.Free}.");
        _counted = new Quota(memory.PendingIds(options.Admission));
        BoundsCounts = _counted.Limit is > 0 and < long.MaxValue;
        _states = new RangeState[ranges];
        _shares = [.. Enumerable.Range(0, ranges).Select(range => new RangeShare(range, index, Dimension))];
        var questions = new RankingQuestions(options.Expiry?.Create(options.Traits));
        _kept = [.. Enumerable.Range(0, questions.Count).Select(i => questions[i].Kept)];
    }

    public int Index { get; }

    public EmbeddingTableOptions Options { get; }

    public int Dimension { get; }

    /// <summary>Judges the event times of calls.</summary>
    public EventClock Clock { get; }

    /// <summary>Whether the filter must ask for room before it counts an id.</summary>
    public bool BoundsCounts { get; }

    /// <summary>The rows of all ranges.</summary>
    public long Rows { get; private set; }

    public long FreeRows => _rows.Free;

    public long FreeCounts => _counted.Free;

    /// <summary>How many rows a pass at the limit removes, as in <see cref="EmbeddingTable"/>.</summary>
    public int PassRows => LimitEviction.RowsOfPass(Rows + FreeRows);

    /// <summary>Which ids of a batch were found to be absent when room was short.</summary>
    public AbsentPlaces Absent { get; } = new();

    /// <summary>Which ids of a run a filter would begin to count.</summary>
    public AbsentPlaces Uncounted { get; } = new();

    /// <summary>How many rows each ranking of the expiry policy keeps.</summary>
    public ReadOnlySpan<long> Kept => _kept;

    public ReadOnlySpan<RangeShare> Shares => _shares;

    /// <summary>What the ranges said last.</summary>
    public Memory<RangeState> States => _states;

    public uint NewestEventSeconds => (uint)Clock.Newest;

    /// <summary>Reserves as many rows as there are ids, if there is room for these and for counting all of them.</summary>
    public bool TryReserve(int ids) => (!BoundsCounts || FreeCounts >= ids) && _rows.TryReserve(ids);

    public void Release(int ids) => _rows.Release(ids);

    /// <returns>The time that rows are to be written with.</returns>
    public DateTimeOffset Observe(DateTimeOffset eventTime) =>
        EventSeconds.ToTime((uint)Math.Min(Clock.Observe(EventSeconds.Of(eventTime)), uint.MaxValue));

    /// <summary>Divides a run of a batch among the ranges.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="start">Where the run begins.</param>
    /// <param name="length">How many ids it has.</param>
    /// <param name="eventTime">What rows are written with.</param>
    /// <param name="calls">Receives what goes to the ranges that get ids.</param>
    public void Split(TableBatch batch, int start, int length, DateTimeOffset eventTime, List<RangeShare> calls)
    {
        foreach (var share in _shares) share.Clear();
        var ids = batch.Ids.Span;
        var counts = batch.Counts.Span;
        for (var i = start; i < start + length; i++)
            _shares[IdRange.IndexOf(ids[i], _shares.Length)].Add(i, ids[i], counts.IsEmpty ? 1 : counts[i]);
        foreach (var share in _shares)
        {
            if (share.Count == 0) continue;
            share.BeginIds(EventSeconds.ToTime(NewestEventSeconds), eventTime);
            calls.Add(share);
        }
    }

    /// <summary>Takes the answer of a range; <see cref="Recount"/> is to follow.</summary>
    public void Note(RangeShare share) => _states[share.Batch.Range] = share.Batch.State;

    /// <summary>Takes <see cref="States"/> as they are now.</summary>
    /// <exception cref="InvalidOperationException">The ranges hold more than the whole may.</exception>
    public void Recount()
    {
        var (rows, counted) = (0L, 0L);
        foreach (var state in _states) (rows, counted) = (rows + state.Rows, counted + state.CountedIds);
        if (!TryAdjust(rows, counted))
            throw new InvalidOperationException(
                $"The ranges of table '{Options.Name}' hold {rows} rows and {counted} counted ids, "
                + "more than the limits of the whole allow.");
        Rows = rows;
    }

    private bool TryAdjust(long rows, long counted)
    {
        if (rows < Rows) _rows.Release(Rows - rows);
        else if (!_rows.TryReserve(rows - Rows)) return false;
        if (!BoundsCounts) return true;
        _counted.Release(Math.Max(0, _counted.Used - counted));
        return _counted.TryReserve(Math.Max(0, counted - _counted.Used));
    }
}
