using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>When something is due, against an oracle that looks at all that was since the last time.</summary>
public class ScheduleClockTests
{
    [Test]
    public void It_is_due_when_what_passed_since_the_last_time_is_enough([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        var time = new ManualTime();
        var schedule = AnySchedule(random);
        var clock = new ScheduleClock(ScheduleKind.Eviction, null, schedule, time);
        var oracle = new Oracle(schedule, time.GetUtcNow());
        var now = default(StreamPoint);
        for (var i = 0; i < 300; i++)
        {
            now = Next(random, now);
            time.Advance(TimeSpan.FromSeconds(random.Next(4)));
            oracle.See(now, time.GetUtcNow());
            Assert.That(clock.IsDue(now), Is.EqualTo(oracle.IsDue), $"{schedule} at {now}");
            Assert.That(clock.IsDueByStream(now), Is.EqualTo(oracle.IsDueByStream), $"{schedule} at {now}");
            if (random.Next(10) == 0) clock = Restarted(clock, schedule, time, oracle);
            // What is due may be done later, and what is not due may be done.
            if (oracle.IsDue ? random.Next(3) > 0 : random.Next(50) == 0)
            {
                clock.Mark(now);
                clock.Tell(TimeSpan.FromSeconds(i));
                oracle.Done(now, time.GetUtcNow());
                Assert.That(clock.Status.LastDuration, Is.EqualTo(TimeSpan.FromSeconds(i)));
            }
            AssertTold(clock.Status, oracle, schedule);
        }
    }

    [Test]
    public void Without_event_times_it_is_never_due_by_them()
    {
        var clock = new ScheduleClock(ScheduleKind.Sparse, null, Schedule.ByEventTime(TimeSpan.FromSeconds(1)), new ManualTime());
        for (var i = 1; i < 1000; i++) Assert.That(clock.IsDue(new(0, i, i)), Is.False);
        Assert.That(clock.IsDue(new(1_700_000_000_000, 1000, 1000)), Is.False, "the first begins it");
        Assert.That(clock.IsDue(new(1_700_000_000_999, 1001, 1001)), Is.False);
        Assert.That(clock.IsDue(new(1_700_000_001_000, 1002, 1002)), Is.True);
    }

    [Test]
    public void The_longest_schedules_overflow_nothing()
    {
        var schedule = new Schedule
        {
            Clock = TimeSpan.MaxValue,
            EventTime = TimeSpan.MaxValue,
            Examples = long.MaxValue,
            Batches = long.MaxValue
        };
        var clock = new ScheduleClock(ScheduleKind.Full, null, schedule, new ManualTime());
        Assert.That(clock.IsDue(new(1_700_000_000_000, 5, 5)), Is.False);
        clock.Mark(new(1_700_000_000_000, 5, 5));
        clock.Tell(TimeSpan.Zero);
        Assert.That((clock.Status.NextExamples, clock.Status.NextTime), Is.EqualTo((long.MaxValue, DateTimeOffset.MaxValue)));
        Assert.That(clock.IsDue(new(1_800_000_000_000, 50, 50)), Is.False);
    }

    // What a commit holds is enough to go on, except for the clock.
    private static ScheduleClock Restarted(ScheduleClock clock, Schedule schedule, ManualTime time, Oracle oracle)
    {
        var state = clock.State();
        var restarted = new ScheduleClock(ScheduleKind.Eviction, null, schedule, time);
        restarted.Restore(state.Last);
        restarted.BeginRun();
        oracle.Restarted(time.GetUtcNow());
        return restarted;
    }

    private static void AssertTold(ScheduleStatus told, Oracle oracle, Schedule schedule)
    {
        Assert.That(told.Count, Is.EqualTo(oracle.Count));
        Assert.That((told.LastExamples, told.LastBatches), Is.EqualTo((oracle.Last.Examples, oracle.Last.Batches)));
        Assert.That(told.NextExamples, Is.EqualTo(oracle.Last.Examples + schedule.Examples));
        Assert.That(told.NextBatches, Is.EqualTo(oracle.Last.Batches + schedule.Batches));
        var begun = oracle.EventTime is { } from ? from + schedule.EventTime : null;
        Assert.That(told.NextEventTime, Is.EqualTo(begun));
    }

    private static Schedule AnySchedule(Random random) => Schedule.FirstOf([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        random.Next(4) switch
        {
            0 => Schedule.ByClock(TimeSpan.FromSeconds(random.Next(1, 30))),
            1 => Schedule.ByEventTime(TimeSpan.FromMilliseconds(random.Next(1, 200))),
            2 => Schedule.ByExamples(random.Next(1, 300)),
            _ => Schedule.ByBatches(random.Next(1, 20)),
        })]);

    // Event times begin late, stand still, go on, and are sometimes taken back.
    private static StreamPoint Next(Random random, StreamPoint last)
    {
        var time = last.EventTime;
        if (time == 0) time = random.Next(5) == 0 ? 1_700_000_000_000 : 0;
        else if (random.Next(40) == 0) time -= random.Next(500);
        else time += random.Next(30);
        return new StreamPoint(time, last.Examples + random.Next(1, 40), last.Batches + 1);
    }

    /// <summary>Keeps all that was seen since the last time, and looks at it again whenever it is asked.</summary>
    private sealed class Oracle(Schedule schedule, DateTimeOffset begin)
    {
        private readonly List<(StreamPoint Point, DateTimeOffset Time)> _since = [];
        private DateTimeOffset _clockFrom = begin;
        private DateTimeOffset? _eventTimeOfLast;

        public StreamPoint Last { get; private set; }

        public long Count { get; private set; }

        /// <summary>From which event time it counts: the earliest since the last time, which is the last one's own unless taken
        /// back.</summary>
        public DateTimeOffset? EventTime
        {
            get
            {
                if (schedule.EventTime is null) return null;
                var seen = _since.Where(s => s.Point.EventTime > 0)
                    .Select(s => (DateTimeOffset?)DateTimeOffset.FromUnixTimeMilliseconds(s.Point.EventTime));
                return _eventTimeOfLast is null && !seen.Any() ? null : seen.Append(_eventTimeOfLast).Min();
            }
        }

        public bool IsDueByStream => _since.Count > 0 && (IsOver(EventTime)
            || _since[^1].Point.Examples >= Last.Examples + schedule.Examples
            || _since[^1].Point.Batches >= Last.Batches + schedule.Batches);

        public bool IsDue => IsDueByStream || _since[^1].Time >= _clockFrom + schedule.Clock;

        public void See(StreamPoint point, DateTimeOffset time) => _since.Add((point, time));

        public void Restarted(DateTimeOffset time) => (_clockFrom, Count) = (time, 0);

        public void Done(StreamPoint point, DateTimeOffset time)
        {
            (Last, _clockFrom) = (point, time);
            Count++;
            _eventTimeOfLast = point.EventTime > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(point.EventTime) : null;
            _since.Clear();
        }

        private bool IsOver(DateTimeOffset? from) => from is { } begun
            && DateTimeOffset.FromUnixTimeMilliseconds(_since[^1].Point.EventTime) >= begun + schedule.EventTime;
    }
}
