using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training;

/// <summary>
/// The event times of a trainer's examples: decides which are believed, confirms them to the tables, and tells what is wrong with
/// others. Not thread-safe.
/// </summary>
internal sealed class TrainerEventTimes
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(5);

    private readonly TableSet _tables;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly EventClock _clock;
    private readonly HourlyGate _futureGate;
    private EventTimeCounts _counted;
    private long _lastFuture, _lastImplausible;
    private bool _wasToldOfImplausible;
    private long _futureAt;
    private int _hadFuture;

    /// <param name="tables">The tables that learn from the examples.</param>
    /// <param name="time">The clock by which it logs.</param>
    /// <param name="log">Where it logs.</param>
    public TrainerEventTimes(TableSet tables, TimeProvider time, ILogger log)
    {
        (_tables, _log, _time, _futureGate) = (tables, log, time, new HourlyGate(time));
        _clock = tables.EventTimes.ForExamples(Note);
        // Without an expiry policy no time decides anything.
        _wasToldOfImplausible = !tables.Schema.Tables.Any(table => table.Expiry is not null);
        tables.LeaveImplausibleTimesToTrainer();
    }

    /// <summary>The newest time that is believed, in milliseconds since the Unix epoch; 0 before the first.</summary>
    public long Newest => _clock.Newest;

    /// <summary>Whether times of the last minutes lay in the future. Read by any thread.</summary>
    public bool AreWrong => Volatile.Read(ref _hadFuture) == 1 && _time.GetElapsedTime(Volatile.Read(ref _futureAt)) < Recently;

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
    /// <param name="batch">Has times in milliseconds since the Unix epoch.</param>
    /// <returns>The time that its rows are written with, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> where none is
    /// known.</returns>
    public async ValueTask<DateTimeOffset> ObserveAsync(ExampleBatch batch)
    {
        var before = _clock.Newest;
        _clock.Observe(batch.EventTimesMilliseconds);
        var eventTime = WholeSeconds(_clock.Newest);
        if (_clock.Newest < before)
        {
            _log.EventTimeSetBack(Timestamp(before), Timestamp(_clock.Newest));
            await _tables.RevokeEventTimeAsync(WholeSeconds(before), eventTime).ConfigureAwait(false);
        }
        // Believed by its examples: the tables need not wait for so many batches.
        _tables.ConfirmEventTime(eventTime);
        if (_clock.Counts != _counted) Tell(batch.Rows);
        return eventTime;
    }

    /// <summary>The newest time that is believed; <see cref="DateTimeOffset.UnixEpoch"/> before the first.</summary>
    public DateTimeOffset NewestTime => Timestamp(_clock.Newest);

    /// <summary>Takes back the newest time, and that of the tables.</summary>
    /// <param name="eventTime">One that rows can hold.</param>
    /// <param name="cancellationToken">Cancels a call that waits for the tables.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public ValueTask<long> SetBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken)
    {
        _clock.SetBack(eventTime.ToUnixTimeMilliseconds());
        return _tables.SetEventTimeBackAsync(eventTime, cancellationToken);
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
        if (now.Future > before.Future)
        {
            Volatile.Write(ref _futureAt, _time.GetTimestamp());
            Volatile.Write(ref _hadFuture, 1);
        }
        if (now.Future > before.Future && _futureGate.TryEnter())
            _log.EventTimeIsFuture(Timestamp(_lastFuture), _tables.EventTimes.Now, now.Future);
        var implausible = now.Implausible - before.Implausible;
        if (_wasToldOfImplausible || 2 * implausible <= examples) return;
        _wasToldOfImplausible = true;
        _log.EventTimesAreImplausible(implausible, examples, _lastImplausible);
    }

    private static DateTimeOffset WholeSeconds(long milliseconds) =>
        EventSeconds.ToTime((uint)Math.Clamp(milliseconds / 1000, 0, uint.MaxValue));

    // A wrong time may lie beyond what a date can be.
    private static DateTimeOffset Timestamp(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
