using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training;

/// <summary>
/// The event times of a trainer's examples: decides which are believed, vouches for them at the tables, and tells what is wrong with
/// others. Not thread-safe.
/// </summary>
internal sealed class TrainerEventTimes
{
    private readonly EmbeddingTableSet _tables;
    private readonly ILogger _log;
    private readonly EventClock _clock;
    private readonly HourlyGate _futureGate;
    private EventTimeCounts _counted;
    private long _lastFuture, _lastImplausible;
    private bool _wasToldOfImplausible;

    /// <param name="tables">The tables that learn from the examples.</param>
    /// <param name="time">The clock by which it logs.</param>
    /// <param name="log">Where it logs.</param>
    public TrainerEventTimes(EmbeddingTableSet tables, TimeProvider time, ILogger log)
    {
        (_tables, _log, _futureGate) = (tables, log, new HourlyGate(time));
        _clock = tables.EventTimes.ForExamples(Note);
        // Without an expiry policy no time decides anything.
        _wasToldOfImplausible = !tables.Tables.Any(table => table.HasExpiry);
        foreach (var table in tables.Tables) table.LeaveImplausibleTimesToTrainer();
    }

    /// <summary>The newest time that is believed, in milliseconds since the Unix epoch; 0 before the first.</summary>
    public long Newest => _clock.Newest;

    /// <summary>What happened to times.</summary>
    public EventTimeCounts Counts => _clock.Counts;

    public EventClockState State
    {
        get => _clock.State;
        set
        {
            _clock.State = value;
            _counted = value.Counts;
        }
    }

    /// <summary>Takes note of the times of a batch.</summary>
    /// <param name="times">Milliseconds since the Unix epoch.</param>
    /// <returns>The time that its rows are written with, in seconds since the Unix epoch; 0 where none is known.</returns>
    public uint Observe(ReadOnlySpan<long> times)
    {
        var before = _clock.Newest;
        _clock.Observe(times);
        var eventTime = Seconds(_clock.Newest);
        if (_clock.Newest < before)
        {
            _log.EventTimeSetBack(Timestamp(before), Timestamp(_clock.Newest));
            _tables.RevokeEventTime(Seconds(before), eventTime);
        }
        // Believed by its examples: the tables need not wait for so many batches.
        _tables.ConfirmEventTime(eventTime);
        if (_clock.Counts != _counted) Tell(times.Length);
        return eventTime;
    }

    /// <summary>Takes back the newest time, and that of the tables.</summary>
    /// <returns>How many rows were stamped with it.</returns>
    public long SetBack(DateTimeOffset eventTime)
    {
        var milliseconds = Math.Max(0, eventTime.ToUnixTimeMilliseconds());
        _clock.SetBack(milliseconds);
        return _tables.SetEventTimeBack(Seconds(milliseconds));
    }

    private void Note(EventTimeFault fault, long time)
    {
        if (fault == EventTimeFault.Future) _lastFuture = time;
        else _lastImplausible = time;
    }

    private void Tell(int examples)
    {
        var (now, before) = (_clock.Counts, _counted);
        _counted = now;
        TrainingMeter.Count(now, before);
        if (now.Future > before.Future && _futureGate.TryEnter())
            _log.EventTimeIsFuture(Timestamp(_lastFuture), _tables.EventTimes.Now, now.Future);
        var implausible = now.Implausible - before.Implausible;
        if (_wasToldOfImplausible || 2 * implausible <= examples) return;
        _wasToldOfImplausible = true;
        _log.EventTimesAreImplausible(implausible, examples, _lastImplausible);
    }

    private static uint Seconds(long milliseconds) => (uint)Math.Clamp(milliseconds / 1000, 0, uint.MaxValue);

    // A wrong time may lie beyond what a date can be.
    private static DateTimeOffset Timestamp(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
