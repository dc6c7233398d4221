using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Scheduling;

/// <summary>Schedules as values: what they say, as text and joined.</summary>
public class ScheduleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    [Test]
    public void Never_is_the_default_and_what_endless_times_say()
    {
        Assert.That(Schedule.Never, Is.EqualTo(default(Schedule)));
        Assert.That(Schedule.Never.IsNever, Is.True);
        Assert.That(Schedule.ByClock(Timeout.InfiniteTimeSpan).IsNever, Is.True);
        Assert.That(Schedule.ByEventTime(Timeout.InfiniteTimeSpan).IsNever, Is.True);
        Assert.That(((Schedule)Timeout.InfiniteTimeSpan).IsNever, Is.True);
        Assert.That(Schedule.ByBatches(1).IsNever, Is.False);
    }

    [Test]
    public void Whichever_comes_first_is_the_least_of_each_kind()
    {
        var joined = Schedule.FirstOf(
            Schedule.ByClock(Hour), Schedule.ByExamples(7), Schedule.Never, Schedule.ByClock(Minute), Schedule.ByExamples(9));
        Assert.That(joined, Is.EqualTo(new Schedule { Clock = Minute, Examples = 7 }));
        Assert.That(Schedule.FirstOf(), Is.EqualTo(Schedule.Never));
    }

    [Test]
    public void A_bare_time_span_is_of_the_clock_that_an_option_names()
    {
        Schedule bare = Minute;
        Assert.That(bare.WithTimeByClock(), Is.EqualTo(Schedule.ByClock(Minute)));
        Assert.That(bare.WithTimeByEvents(), Is.EqualTo(Schedule.ByEventTime(Minute)));
        var both = Schedule.FirstOf(bare, Schedule.ByEventTime(Hour));
        Assert.That(both.WithTimeByEvents(), Is.EqualTo(Schedule.ByEventTime(Minute)));
        Assert.That(both.WithTimeByClock(), Is.EqualTo(new Schedule { Clock = Minute, EventTime = Hour }));
    }

    [Test]
    public void What_is_written_is_read_again([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var schedule = new Schedule
            {
                Clock = Time(random),
                EventTime = Time(random),
                Time = Time(random),
                Examples = random.Next(2) == 0 ? null : random.NextInt64(),
                Batches = random.Next(2) == 0 ? null : random.NextInt64(),
            };
            var text = schedule.ToString();
            Assert.That(Schedule.TryParse(text, out var read), Is.True, text);
            Assert.That(read, Is.EqualTo(schedule), text);
            Assert.That(Schedule.TryParse(text.ToUpperInvariant(), out read) ? read : default, Is.EqualTo(schedule), "in any case");
        }
    }

    [TestCase("Never", "Never")]
    [TestCase("00:01:00", "00:01:00")]
    [TestCase("ByExamples(1000)|ByClock(00:01:00)|ByClock(01:00:00)", "ByClock(00:01:00)|ByExamples(1000)")]
    [TestCase("byeventtime(1.00:00:00)", "ByEventTime(1.00:00:00)")]
    public void Texts_that_are_schedules(string text, string written)
    {
        Assert.That(Schedule.TryParse(text, out var schedule), Is.True);
        Assert.That(schedule.ToString(), Is.EqualTo(written));
    }

    [TestCase(null), TestCase(""), TestCase(" "), TestCase("60"), TestCase("01:00"), TestCase("ByClock"), TestCase("ByClock(60)")]
    [TestCase("ByClock(00:01:00"), TestCase("ByExamples(1.5)"), TestCase("ByExamples(1,000)"), TestCase("ByExamples()")]
    [TestCase("ByClock(00:01:00)|"), TestCase("|"), TestCase("ByClock(00:01:00), ByBatches(3)"), TestCase("ByHeart(3)")]
    [TestCase(" Never"), TestCase("ByBatches( 3)"), TestCase("ByBatches(3\0)"), TestCase("ByBatches(99999999999999999999)"), TestCase(")")]
    public void Texts_that_are_none(string? text)
    {
        Assert.That(Schedule.TryParse(text, out var schedule), Is.False);
        Assert.That(schedule, Is.EqualTo(Schedule.Never));
    }

    [Test]
    public void What_makes_no_sense_is_told_all_at_once()
    {
        var errors = new OptionErrors();
        new Schedule { Clock = TimeSpan.Zero, EventTime = TimeSpan.FromTicks(1), Time = -Minute, Examples = 0, Batches = -1 }
            .CollectErrors(errors, "Every");
        Assert.That(errors.Errors, Has.Count.EqualTo(5));
        Assert.That(errors.Errors.Select(error => error.Path), Is.All.EqualTo("Every"));
        var fine = new OptionErrors();
        foreach (var schedule in new[] { Schedule.Never, Minute, Schedule.ByExamples(1), Schedule.ByClock(TimeSpan.MaxValue) })
            schedule.CollectErrors(fine, "Every");
        Assert.That(fine.Errors, Is.Empty);
    }

    private static TimeSpan? Time(Random random) => random.Next(3) switch
    {
        0 => null,
        1 => TimeSpan.FromTicks(random.NextInt64(1, long.MaxValue)),
        _ => TimeSpan.FromSeconds(random.Next(100_000)),
    };
}
