using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Ranges;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Tables that are cut into ranges of the ids, in this process or elsewhere. It decides what depends on all ranges (limits, evictions,
/// event times), so that they hold bit for bit what one <see cref="EmbeddingTableSet"/> would hold.
/// </summary>
/// <remarks>
/// One caller at a time. The ranges belong to the caller, and nothing else writes to them. After they were restored, call
/// <see cref="RefreshAsync"/>.
/// </remarks>
public sealed partial class PartitionedTableSet : TableSet
{
    private const int ChunkIds = 65_536;

    private readonly TableRanges _ranges;
    private readonly PartitionedTable[] _tables;
    private readonly TimeProvider _time;
    private readonly List<RangeShare> _shares = [];
    private readonly List<RangeBatch> _calls = [];

    // Whether a call failed that may have changed in some ranges what is counted here.
    private bool _isStale;

    /// <summary>Creates the set.</summary>
    /// <param name="schema">What the tables hold.</param>
    /// <param name="ranges">The ranges, made with the same schema and options; empty, or <see cref="RefreshAsync"/> comes first.</param>
    /// <param name="options">The options of the whole; the defaults where null. <see cref="EmbeddingTableSetOptions.Range"/> is not looked
    /// at.</param>
    /// <param name="timeProvider">The clock that event times are held against, and of expiry policies that read the wall clock;
    /// the system's where null.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Some options cannot be used; all of them are
    /// listed.</exception>
    /// <exception cref="ArgumentException">The memory limit is too small for the tables; the message holds the numbers.</exception>
    public PartitionedTableSet(
        TableSchema schema, TableRanges ranges, EmbeddingTableSetOptions? options = null, TimeProvider? timeProvider = null)
        : base(schema, options ??= new(), timeProvider)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        (_ranges, _time) = (ranges, timeProvider ?? TimeProvider.System);
        EmbeddingTableOptions[] tables = [.. schema.Tables.Select(table => table.Copy())];
        var whole = options.Copy();
        whole.Range = null;
        var memory = new TableMemory(new TableSchema(tables), whole);
        _tables = [.. tables.Select((table, i) => new PartitionedTable(
            i, table, memory, new TableRules(table, options.Seed).Layout, EventTimes.ForCalls(static (_, _) => { }), ranges.Count))];
    }

    /// <inheritdoc />
    public override long MemoryBytes => _ranges.MemoryBytes;

    internal override int RangeCount => _ranges.Count;

    /// <inheritdoc />
    public override async ValueTask RefreshAsync(CancellationToken cancellationToken = default)
    {
        await ReadStatesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var table in _tables)
        {
            foreach (var state in table.States.Span) table.Clock.Confirm(state.NewestEventSeconds);
        }
    }

    /// <summary>Tells every range the newest event time, so that what it saves next holds it.</summary>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public override async ValueTask PrepareCutAsync(CancellationToken cancellationToken = default)
    {
        foreach (var table in _tables)
        {
            var newest = EventSeconds.ToTime(table.NewestEventSeconds);
            await _ranges.SetEventTimeAsync(table.Index, newest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(
        CancellationToken cancellationToken = default)
    {
        var statistics = new EmbeddingTableStatistics[_tables.Length];
        for (var i = 0; i < statistics.Length; i++)
        {
            var sum = await _ranges.GetStatisticsAsync(i, cancellationToken).ConfigureAwait(false);
            var times = _tables[i].Clock.Counts;
            statistics[i] = sum with
            {
                ClampedEventTimes = times.Clamped,
                FutureEventTimes = times.Future,
                LateEventTimes = times.Late,
                ImplausibleEventTimes = times.Implausible,
            };
        }
        return statistics;
    }

    /// <inheritdoc />
    public override void ConfirmEventTime(DateTimeOffset eventTime)
    {
        foreach (var table in _tables)
        {
            if (EventSeconds.Of(eventTime) > table.NewestEventSeconds) table.Clock.Confirm(EventSeconds.Of(eventTime));
        }
    }

    /// <inheritdoc />
    public override async ValueTask<long> RevokeEventTimeAsync(
        DateTimeOffset revoked, DateTimeOffset eventTime, CancellationToken cancellationToken = default)
    {
        var changed = 0L;
        foreach (var table in _tables)
        {
            if (table.NewestEventSeconds == EventSeconds.Of(revoked))
                changed += await SetBackAsync(table, eventTime, cancellationToken).ConfigureAwait(false);
        }
        return changed;
    }

    /// <inheritdoc />
    public override async ValueTask<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default)
    {
        var changed = 0L;
        foreach (var table in _tables) changed += await SetBackAsync(table, eventTime, cancellationToken).ConfigureAwait(false);
        return changed;
    }

    private ValueTask<long> SetBackAsync(PartitionedTable table, DateTimeOffset eventTime, CancellationToken cancellationToken)
    {
        table.Clock.SetBack(EventSeconds.Of(eventTime));
        return _ranges.SetEventTimeBackAsync(table.Index, eventTime, cancellationToken);
    }

    private async ValueTask ReadStatesAsync(CancellationToken cancellationToken)
    {
        foreach (var table in _tables) await ReadStatesAsync(table, cancellationToken).ConfigureAwait(false);
        _isStale = false;
    }

    private async ValueTask ReadStatesAsync(PartitionedTable table, CancellationToken cancellationToken)
    {
        await _ranges.GetStatesAsync(table.Index, table.States, cancellationToken).ConfigureAwait(false);
        table.Recount();
    }
}
