using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training.Schedules;

/// <summary>
/// Evicts the tables of a trainer by their schedules: those that have one of their own each by that, the others together. Used by the
/// training thread; what it tells, by any.
/// </summary>
internal sealed class EvictionSchedules
{
    private readonly TableSet _tables;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ScheduleClock[] _clocks;

    // By clock, which tables it is for; null for all.
    private readonly int[]?[] _tablesOf;
    private readonly bool[] _isDue;

    /// <param name="tables">The tables.</param>
    /// <param name="every">When those are evicted that have no schedule of their own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what was evicted.</param>
    public EvictionSchedules(TableSet tables, Schedule every, TimeProvider time, ILogger log)
    {
        (_tables, _time, _log) = (tables, time, log);
        List<ScheduleClock> clocks = [new(ScheduleKind.Eviction, null, every, time)];
        List<int[]?> tablesOf = [null];
        List<int> others = [];
        for (var i = 0; i < tables.Schema.Tables.Count; i++)
        {
            var table = tables.Schema.Tables[i];
            if (table.EvictEvery is not { } own)
            {
                others.Add(i);
                continue;
            }
            clocks.Add(new ScheduleClock(ScheduleKind.Eviction, table.Name, own.WithTimeByEvents(), time));
            tablesOf.Add([i]);
        }
        if (clocks.Count > 1) tablesOf[0] = [.. others];
        (_clocks, _tablesOf, _isDue) = ([.. clocks], [.. tablesOf], new bool[clocks.Count]);
    }

    /// <summary>The schedules: of all tables without one of their own, then of each that has one.</summary>
    public IReadOnlyList<ScheduleClock> Clocks => _clocks;

    /// <summary>Whether a clock is of something else, or of tables of which one at least has a policy to evict by.</summary>
    public bool Evicts(ScheduleClock clock)
    {
        var place = Array.IndexOf(_clocks, clock);
        if (place < 0) return true;
        var all = _tables.Schema.Tables;
        return _tablesOf[place] is { } tables ? tables.Any(table => all[table].Expiry is not null) : all.Any(t => t.Expiry is not null);
    }

    /// <summary>What a commit holds of them.</summary>
    public IEnumerable<ScheduleState> States => _clocks.Where(clock => clock.IsByStream).Select(clock => clock.State());

    /// <summary>Says where a run begins.</summary>
    public void BeginRun() => Array.ForEach(_clocks, clock => clock.BeginRun());

    /// <summary>
    /// Goes on from a commit. A table that had no schedule of its own goes on from that of all; where that went by the clock, it begins.
    /// </summary>
    /// <param name="states">What the commit holds.</param>
    /// <param name="now">Where it was cut.</param>
    public void Restore(IReadOnlyList<ScheduleState> states, StreamPoint now)
    {
        foreach (var clock in _clocks)
            clock.Restore((StateOf(states, clock.Table) ?? StateOf(states, null))?.Last ?? now);
    }

    /// <summary>Goes on from a commit of an earlier version, which knew at which event time the next eviction is due.</summary>
    public void RestoreDue(long due, StreamPoint now)
    {
        foreach (var clock in _clocks)
        {
            var every = (long)(clock.Schedule.EventTime?.TotalMilliseconds ?? 0);
            clock.Restore(now with { EventTime = due > every ? due - every : 0 });
        }
    }

    /// <summary>Whether some are due; those are evicted next.</summary>
    public bool IsDue(StreamPoint now)
    {
        var isAnyDue = false;
        for (var i = 0; i < _clocks.Length; i++) isAnyDue |= _isDue[i] = _clocks[i].IsDue(now);
        return isAnyDue;
    }

    /// <summary>Evicts what is due.</summary>
    public async ValueTask EvictAsync(StreamPoint now)
    {
        for (var i = 0; i < _clocks.Length; i++)
        {
            if (_isDue[i]) await EvictAsync(i, now).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Evicts what the last run did not evict any more, because a callback or a policy threw after the batch was learned from. Once more,
    /// so that a policy that throws each time does not end every run at its start.
    /// </summary>
    public async ValueTask EvictWhatIsLeftAsync(StreamPoint now)
    {
        for (var i = 0; i < _clocks.Length; i++)
        {
            if (!_clocks[i].IsDueByStream(now)) continue;
            try
            {
                await EvictAsync(i, now).ConfigureAwait(false);
            }
            finally
            {
                _clocks[i].Mark(now);
            }
        }
    }

    private static ScheduleState? StateOf(IReadOnlyList<ScheduleState> states, string? table)
    {
        foreach (var state in states)
        {
            if (state.Kind == ScheduleKind.Eviction && state.Table == table) return state;
        }
        return null;
    }

    private async ValueTask EvictAsync(int clock, StreamPoint now)
    {
        var start = _time.GetTimestamp();
        using var span = EmbeddingTrace.Begin(SpanNames.Eviction);
        try
        {
            var rows = await EvictTablesAsync(_tablesOf[clock]).ConfigureAwait(false);
            span?.SetTag(SpanTags.Table, _clocks[clock].Table).SetTag(SpanTags.Rows, rows);
            if (rows > 0 && _log.IsEnabled(LogLevel.Debug)) _log.Evicted(rows, _time.GetElapsedTime(start), _clocks[clock].Name);
        }
        catch (Exception failure) when (span.IsFailed(failure))
        {
            throw;
        }
        _clocks[clock].Mark(now);
        _clocks[clock].Tell(_time.GetElapsedTime(start));
    }

    private async ValueTask<long> EvictTablesAsync(int[]? tables)
    {
        if (tables is null) return await _tables.EvictAsync(CancellationToken.None).ConfigureAwait(false);
        var rows = 0L;
        foreach (var table in tables) rows += await _tables.EvictTableAsync(table, CancellationToken.None).ConfigureAwait(false);
        return rows;
    }
}
