using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>The event time of a table, and what is logged of event times that cannot be right. Thread-safe.</summary>
internal sealed class TableClock
{
    private readonly string _table;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly bool _hasExpiry;
    private readonly bool _isPart;
    private readonly EventClock _events;
    private readonly HourlyGate _futureGate;
    private int _wasToldOfImplausible;

    /// <param name="table">The name of the table.</param>
    /// <param name="rules">When event times are accepted.</param>
    /// <param name="time">The clock that they are held against.</param>
    /// <param name="log">Told of those that cannot be right.</param>
    /// <param name="hasExpiry">Whether rows may expire.</param>
    /// <param name="isPart">Whether a coordinator of all ranges judges event times.</param>
    public TableClock(string table, EventTimeRules rules, TimeProvider time, ILogger log, bool hasExpiry, bool isPart)
    {
        (_table, Rules, _time, _log, _hasExpiry, _isPart) = (table, rules, time, log, hasExpiry, isPart);
        (_events, _futureGate) = (rules.ForCalls(TellOfFault), new HourlyGate(time));
    }

    /// <summary>When event times are accepted.</summary>
    public EventTimeRules Rules { get; }

    /// <summary>The newest event time, in seconds since the Unix epoch; 0 before the first.</summary>
    public uint Newest => (uint)_events.Newest;

    /// <summary>How many event times were not taken as they came.</summary>
    public EventTimeCounts Counts => _events.Counts;

    /// <summary>The time, by both clocks.</summary>
    public ExpiryTime Now() =>
        new(Newest, (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue));

    /// <returns>The time that rows are to be written with: the newest where none is given, an earlier one where it is doubted.</returns>
    public uint Advance(uint eventTime)
    {
        if (!_isPart) return (uint)Math.Min(_events.Observe(eventTime), uint.MaxValue);
        return eventTime == 0 ? Newest : eventTime;
    }

    /// <summary>Takes the newest event time that the coordinator of all ranges accepts, later or earlier.</summary>
    public void Set(uint newest) => _events.Set(newest);

    /// <summary>Sets the newest event time back, unless it is earlier already.</summary>
    public void SetBack(uint eventTime)
    {
        var (before, now) = (DateOf(Newest), DateOf(eventTime));
        if (_events.SetBack(eventTime)) _log.EventTimeSetBack(_table, before, now);
    }

    /// <summary>Takes an event time that the caller guarantees: the newest event time becomes it, unless it is ahead already.</summary>
    public void Confirm(uint eventTime) => _events.Confirm(eventTime);

    /// <summary>Takes the newest event time of imported rows.</summary>
    public void ConfirmImported(uint eventTime)
    {
        if (eventTime < WallClock.FirstPlausibleSecond) TellOfFault(EventTimeFault.Implausible, eventTime);
        Confirm(eventTime);
    }

    /// <summary>Takes the newest event time of saved rows.</summary>
    public void ConfirmSaved(uint eventTime)
    {
        if (Rules.IsFuture(eventTime)) _log.SavedEventTimeIsFuture(_table, DateOf(eventTime), Rules.Now);
        Confirm(eventTime);
    }

    /// <summary>The trainer has seen the examples: it tells what is wrong with their times.</summary>
    public void LeaveImplausibleTimesToTrainer() => Volatile.Write(ref _wasToldOfImplausible, 1);

    private void TellOfFault(EventTimeFault fault, long time)
    {
        if (fault == EventTimeFault.Future)
        {
            if (_futureGate.TryEnter()) _log.EventTimeIsFuture(_table, DateOf(time), Rules.Now);
            return;
        }
        if (!_hasExpiry || _events.Newest >= WallClock.FirstPlausibleSecond) return;
        if (Interlocked.Exchange(ref _wasToldOfImplausible, 1) == 0) _log.EventTimeIsImplausible(_table, DateOf(time));
    }

    private static DateTimeOffset DateOf(long eventTime) => DateTimeOffset.FromUnixTimeSeconds(eventTime);
}
