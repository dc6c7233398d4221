using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training.Commits;
using static Monolith.Embeddings.Tests.Training.TimedTrainer;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Devices with wrong clocks among the events of a trainer.</summary>
public class WrongClockTests : LeakChecked
{
    private readonly FakeLogger _log = new();

    [SetUp]
    public void ClearLog() => _log.Collector.Clear();

    [Test]
    public async Task A_first_event_of_the_far_future_does_not_stop_expiry()
    {
        await using var right = new TimedTrainer(SixtyDays());
        await using var wrong = new TimedTrainer(SixtyDays(0, 1));
        await right.Trainer.RunAsync();
        await wrong.Trainer.RunAsync();
        Assert.That(right.Users.Count, Is.InRange(140, 200), "the rows of seven days, and of a batch");
        Assert.That((wrong.Users.Count, wrong.Users.NewestEventTime), Is.EqualTo((right.Users.Count, right.Users.NewestEventTime)));
    }

    [Test]
    public async Task A_first_event_of_the_far_future_does_not_stop_expiry_after_a_restart()
    {
        var store = new MemorySnapshotStore();
        await using (var first = new TimedTrainer(SixtyDays(0, 1)[..600], store)) await first.Trainer.RunAsync();
        await using var second = new TimedTrainer(SixtyDays(0, 1), store);
        await second.Trainer.RunAsync();
        Assert.That(second.Users.Count, Is.InRange(140, 200));
    }

    [Test]
    public async Task Many_events_of_one_wrong_clock_expire_nothing([Values(16, 200)] int events)
    {
        await using var right = new TimedTrainer(SixtyDays());
        await using var wrong = new TimedTrainer(SixtyDays(600, events));
        await right.Trainer.RunAsync();
        await wrong.Trainer.RunAsync();
        Assert.That((wrong.Users.Count, wrong.Users.NewestEventTime), Is.EqualTo((right.Users.Count, right.Users.NewestEventTime)));
    }

    [Test]
    public async Task A_first_event_that_is_wrong_and_may_have_happened_is_contradicted_by_the_next()
    {
        await using var right = new TimedTrainer(SixtyDays());
        await using var wrong = new TimedTrainer(SixtyDays(0, 1, Start + 200 * Day), configure: o => o.Logger = _log);
        await right.Trainer.RunAsync();
        await wrong.Trainer.RunAsync();
        Assert.That((wrong.Users.Count, wrong.Users.NewestEventTime), Is.EqualTo((right.Users.Count, right.Users.NewestEventTime)));
        Assert.That(Warnings().Select(r => r.Id.Id), Is.EqualTo(new[] { 3012 }));
        Assert.That(wrong.Trainer.EventTimes.Late, Is.EqualTo(242));
    }

    [Test]
    public async Task Wrong_times_are_counted_measured_and_logged_once_an_hour()
    {
        using var measured = new Measured("monolith.training.event_times");
        await using var trainer = new TimedTrainer(SixtyDays(600, 200), configure: o => o.Logger = _log);
        var last = await trainer.Trainer.RunAsync();
        Assert.That(trainer.Trainer.EventTimes, Is.EqualTo(new EventTimeCounts
        {
            Clamped = 440,
            Future = 200,
            Late = 0,
            Implausible = 0
        }), "and 240 of a gap that is then confirmed");
        Assert.That(measured.Since("monolith.training.event_times kind=future"), Is.GreaterThanOrEqualTo(200));
        Assert.That(measured.Since("monolith.training.event_times kind=clamped"), Is.GreaterThanOrEqualTo(440));
        var told = Warnings();
        Assert.That(told.Select(r => r.Id.Id), Is.EqualTo(new[] { 3010 }));
        Assert.That(told[0].Message, Does.Contain("2099-01-01").And.Contain("2024-11-13"));
        Assert.That(last.NewestEventTime.ToUnixTimeMilliseconds(), Is.EqualTo(SixtyDays()[^1]));
    }

    // By seconds for milliseconds, and by none.
    [Test]
    public async Task Times_in_a_wrong_unit_are_counted_and_logged_once([Values(1, 1000)] int divisor, [Values] bool expires)
    {
        long[] times = [.. SixtyDays().Select(time => divisor == 1 ? 0 : time / divisor)];
        await using var trainer = new TimedTrainer(
            times, configure: o => o.Logger = _log, configureSet: o => o.Logger = _log, expires: expires);
        await trainer.Trainer.RunAsync();
        Assert.That(trainer.Trainer.EventTimes.Implausible, Is.EqualTo(1200));
        var told = Warnings();
        Assert.That(told.Select(r => r.Id.Id), Is.EqualTo(expires ? new[] { 3011 } : []));
        if (expires) Assert.That(told[0].Message, Does.StartWith("20 of 20 examples").And.Contain("milliseconds"));
        Assert.That(trainer.Users.Count, Is.EqualTo(1200));
    }

    [Test]
    public async Task Training_that_is_killed_among_wrong_clocks_goes_on_to_the_same_bits([Values(1, 100, 620, 640, 900)] int examples)
    {
        var random = new Random(examples);
        long[] times = SixtyDays(600, 30, Start + 200 * Day);
        for (var i = 0; i < times.Length; i++)
        {
            if (i == 0 || random.Next(5) == 0) times[i] = random.Next(3) == 0 ? Year2099 : random.NextInt64(Start + 300 * Day);
        }
        await using var whole = new TimedTrainer(times);
        await whole.Trainer.RunAsync();
        var store = new MemorySnapshotStore();
        await using (var first = new TimedTrainer(times[..examples], store)) await first.Trainer.RunAsync();
        await using var second = new TimedTrainer(times, store);
        await second.Trainer.RunAsync();
        if (examples % 20 == 0) Assert.That(SavedState.Of(second.Tables), Is.EqualTo(SavedState.Of(whole.Tables)));
        Assert.That(second.Trainer.EventTimes, Is.EqualTo(whole.Trainer.EventTimes));
        Assert.That(second.Users.NewestEventTime, Is.EqualTo(whole.Users.NewestEventTime));
    }

    [Test]
    public async Task A_store_whose_time_is_of_the_future_is_told_of_and_set_back([Values] bool atOnce)
    {
        var store = new MemorySnapshotStore();
        var times = SixtyDays(0, 1);
        await using (var first = new TimedTrainer(times[..600], store, configureSet: BelieveAll)) await first.Trainer.RunAsync();
        await using var second = new TimedTrainer(atOnce ? times : times[..700], store, configureSet: o => o.Logger = _log);
        if (!atOnce)
        {
            await second.Trainer.RunAsync();
            Assert.That((second.Users.NewestEventTime.InSeconds(), second.Users.Count), Is.EqualTo(((uint)(Year2099 / 1000), 700L)),
                "nothing expires");
        }
        var right = DateTimeOffset.FromUnixTimeMilliseconds(times[atOnce ? 599 : 699]);
        Assert.That(await second.Trainer.SetEventTimeBackAsync(right), Is.EqualTo(atOnce ? 600 : 700), "all of them were stamped so");
        Assert.That(Warnings().Select(r => r.Id.Id), Is.EqualTo(new[] { 1022, 1023 }));
        await second.Trainer.RunAsync();
        await using var third = new TimedTrainer(times, store);
        await third.Trainer.RunAsync();
        Assert.That((third.Users.NewestEventTime.InSeconds(), third.Users.Count), Is.EqualTo(((uint)(times[^1] / 1000), 140L)));
    }

    [Test]
    public async Task The_state_of_an_older_version_is_read()
    {
        await using var trainer = new TimedTrainer(SixtyDays());
        await trainer.Trainer.RunAsync();
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(1);
        writer.Write(1200L);
        writer.Write(60L);
        writer.Write(0);
        writer.Write(7000L);
        writer.Write(9000L);
        writer.Write(3);
        writer.Write(5L);
        writer.Write(8000L);
        var metrics = new FieldWriter();
        trainer.Trainer.Metrics.Save(metrics);
        writer.Write(metrics.Written);
        var state = TrainerState.Load(memory.ToArray(), trainer.Trainer.Metrics);
        Assert.That((state.Examples, state.Steps, state.EvictionDue), Is.EqualTo((1200L, 60L, 8000L)));
        Assert.That(state.Clock, Is.EqualTo(new EventClockState(7000, 9000, 9000, 0, 3, EventClockState.Settled, new()
        {
            Clamped = 5,
            Future = 0,
            Late = 0,
            Implausible = 0
        })));
    }

    private static void BelieveAll(EmbeddingTableSetOptions options) =>
        (options.RefuseFutureEventTimes, options.EventTimeConfirmations) = (false, 1);

    // Evictions are logged too, for debugging.
    private IReadOnlyList<FakeLogRecord> Warnings() =>
        [.. _log.Collector.GetSnapshot().Where(record => record.Level > LogLevel.Debug)];
}
