using Monolith.Embeddings.Scheduling;

namespace Monolith.Embeddings.Training.Schedules;

/// <summary>
/// Says when something is due by a schedule, and when it was done. Used by the training thread; <see cref="Tell"/> and
/// <see cref="Status"/> by any.
/// </summary>
internal sealed class ScheduleClock
{
    private readonly Schedule _schedule;
    private readonly TimeProvider _time;
    private readonly long _eventTime;
    private readonly Lock _gate = new();
    private long _since;
    private readonly ScheduleKind _kind;
    private readonly string? _table;
    private StreamPoint _last;
    private long _count;
    private DateTimeOffset? _lastTime;
    private TimeSpan _lastDuration;

    /// <param name="kind">What is done.</param>
    /// <param name="table">The table that it is done to; null for all that have no schedule of their own.</param>
    /// <param name="schedule">When; without a bare time span.</param>
    /// <param name="time">The clock.</param>
    public ScheduleClock(ScheduleKind kind, string? table, Schedule schedule, TimeProvider time)
    {
        (_schedule, _time, _since) = (schedule, time, time.GetTimestamp());
        _eventTime = (long)(schedule.EventTime?.TotalMilliseconds ?? 0);
        (_kind, _table) = (kind, table);
    }

    /// <summary>Where it was done the last time, or begun: what is counted from.</summary>
    public StreamPoint Last => _last;

    /// <summary>When.</summary>
    public Schedule Schedule => _schedule;

    /// <summary>What is done.</summary>
    public ScheduleKind Kind => _kind;

    /// <summary>The table that it is done to; null for all that have no schedule of their own.</summary>
    public string? Table => _table;

    /// <summary>What it is, for messages.</summary>
    public string Name => _table is null ? _kind.ToString() : $"{_kind.ToString()} of '{_table}'";

    /// <summary>What it tells others.</summary>
    public ScheduleStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new()
                {
                    Kind = _kind,
                    Table = _table,
                    Schedule = _schedule,
                    Count = _count,
                    LastTime = _lastTime,
                    LastDuration = _lastDuration,
                    LastEventTime = TimeOf(_last.EventTime),
                    LastExamples = _last.Examples,
                    LastBatches = _last.Batches,
                    NextEventTime = _schedule.UsesEventTime && _last.EventTime > 0 ? TimeOf(_last.EventTime + _eventTime) : null,
                    NextExamples = Sum(_last.Examples, _schedule.Examples),
                    NextBatches = Sum(_last.Batches, _schedule.Batches),
                    NextTime = _schedule.Clock is null ? null : Sum(_time.GetUtcNow(), ClockDueIn),
                };
            }
        }
    }

    /// <summary>
    /// Whether it goes by the stream, by the clock too or not. Where it does not, a commit holds nothing of it: what is committed would
    /// depend on when.
    /// </summary>
    public bool IsByStream => _schedule.EventTime is not null || _schedule.Examples is not null || _schedule.Batches is not null;

    /// <summary>What a commit holds of it.</summary>
    /// <param name="isDue">Whether it is due since <see cref="Last"/>, and was not done.</param>
    public ScheduleState State(bool isDue = false) => new(_kind, _table, _last, isDue);

    /// <summary>Says that a run begins: by the clock it counts from here.</summary>
    public void BeginRun() => BeginRun(TimeSpan.Zero);

    /// <summary>Goes on from where another trainer, or this one, stood.</summary>
    public void Restore(StreamPoint last)
    {
        lock (_gate) _last = last;
    }

    /// <summary>Whether it is due. To be asked, or shown, where training has come after each batch.</summary>
    public bool IsDue(StreamPoint now)
    {
        See(now);
        return IsDueByStream(now) || ClockDueIn == TimeSpan.Zero;
    }

    /// <summary>Takes note of where training has come: the first event time begins a schedule by event time.</summary>
    public void See(StreamPoint now)
    {
        // One that was taken back: what was due by the wrong one is due by the right one.
        var isOther = Last.EventTime <= 0 || Last.EventTime > now.EventTime;
        if (!_schedule.UsesEventTime || now.EventTime <= 0 || !isOther) return;
        lock (_gate) _last = _last with { EventTime = now.EventTime };
    }

    /// <summary>Whether it is due by what was learned, whatever the clock says.</summary>
    public bool IsDueByStream(StreamPoint now) =>
        (_schedule.UsesEventTime && Last.EventTime > 0 && now.EventTime - Last.EventTime >= _eventTime)
        || now.Examples - Last.Examples >= _schedule.Examples
        || now.Batches - Last.Batches >= _schedule.Batches;

    /// <summary>How long until it is due by the clock; <see cref="Timeout.InfiniteTimeSpan"/> where it never is.</summary>
    public TimeSpan ClockDueIn
    {
        get
        {
            if (_schedule.Clock is not { } every) return Timeout.InfiniteTimeSpan;
            var left = every - _time.GetElapsedTime(_since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes note of where training has come; where it is due by that, counts from here on.</summary>
    /// <returns>Whether it became due.</returns>
    public bool TryPass(StreamPoint now)
    {
        See(now);
        if (!IsDueByStream(now)) return false;
        Mark(now);
        return true;
    }

    /// <summary>Counts from here on to the next time.</summary>
    public void Mark(StreamPoint now) => Mark(now, _time.GetTimestamp());

    /// <summary>Counts from a place on to the next time, and by the clock from a timestamp on.</summary>
    public void Mark(StreamPoint place, long timestamp)
    {
        lock (_gate) (_last, _since) = (place, timestamp);
    }

    /// <summary>Counts by the clock as if it had been done that long ago.</summary>
    public void BeginRun(TimeSpan ago)
    {
        lock (_gate) _since = _time.GetTimestamp() - (long)(ago.TotalSeconds * _time.TimestampFrequency);
    }

    /// <summary>Says that it was done.</summary>
    /// <param name="duration">How long it took.</param>
    public void Tell(TimeSpan duration)
    {
        lock (_gate) (_count, _lastTime, _lastDuration) = (_count + 1, _time.GetUtcNow(), duration);
        ScheduleMeter.Done(_kind, _table, duration);
    }

    private static long? Sum(long last, long? every) => every is { } more ? last + Math.Min(more, long.MaxValue - last) : null;

    private static DateTimeOffset Sum(DateTimeOffset now, TimeSpan left) =>
        left < DateTimeOffset.MaxValue - now ? now + left : DateTimeOffset.MaxValue;

    private static DateTimeOffset? TimeOf(long milliseconds) => milliseconds <= 0
        ? null
        : DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
