using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

public class EventTimeTests : LeakChecked
{
    private const uint Day = 86_400, Start = 1_700_000_000;

    [Test]
    public void A_year_expires_each_slot_by_its_own_time([Values] ExpiryClock clock)
    {
        const int Step = 8;
        using var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start));
        var policy = new TimeToLiveOptions(TimeSpan.FromDays(30))
        {
            Clock = clock,
            BySlot = { [1] = TimeSpan.FromHours(3 * Step), [2] = TimeSpan.FromDays(365) },
        };
        using var table = TestTable.Create(TestTable.Plain(4, 1, o => (o.Expiry, o.IdsCarrySlots) = (policy, true)), time: time);
        for (var hour = 0; hour < 365 * 24; hour += Step)
        {
            table.Assign([FeatureId.Of(0, hour), FeatureId.Of(1, hour), FeatureId.Of(2, hour)], new float[3],
                At.Seconds((uint)(Start + hour * 3600)));
            table.Evict();
            // At age d a row is expired: the rows of the newest d hours are there.
            var steps = hour / Step + 1;
            Assert.That(table.Count, Is.EqualTo(Math.Min(steps, 30 * 24 / Step) + Math.Min(steps, 3) + steps));
            time.Advance(TimeSpan.FromHours(Step));
        }
    }

    [Test]
    public void One_wrong_clock_expires_nothing_and_is_counted()
    {
        using var table = Table();
        table.Assign([1], [1], At.Seconds(Start));
        for (var i = 0; i < 15; i++) table.Assign([2], [1], At.Seconds(Start + 1000 * Day));
        Assert.That((table.NewestEventTime.InSeconds(), table.Evict(), table.GetStatistics().ClampedEventTimes),
            Is.EqualTo((Start, 0L, 15L)));
        Assert.That(table.Explain(2).LastUpdate?.InSeconds(), Is.EqualTo(Start + Day), "as late as may be");
        table.Assign([3], [1], At.Seconds(Start + Day));
        Assert.That((table.NewestEventTime.InSeconds(), table.GetStatistics().ClampedEventTimes), Is.EqualTo((Start + Day, 15L)));
    }

    [Test]
    public void A_jump_is_believed_once_enough_calls_confirm_it([Values(1, 3, 16)] int confirmations)
    {
        using var table = Table(confirmations);
        table.Assign([1], [1], At.Seconds(Start));
        for (var i = 1; i < confirmations; i++) table.LookupOrAdmit([2], [], new float[1], At.Seconds(Start + 1000 * Day));
        Assert.That(table.Evict(), Is.Zero);
        table.ApplyGradients([2], [1], [], At.Seconds(Start + 1000 * Day));
        Assert.That((table.NewestEventTime.InSeconds(), table.GetStatistics().ClampedEventTimes),
            Is.EqualTo((Start + 1000 * Day, (long)confirmations - 1)));
        Assert.That((table.Explain(2).LastUpdate?.InSeconds(), table.Evict()), Is.EqualTo((Start + 1000 * Day, 1L)));
    }

    [Test]
    public void The_first_time_is_believed_and_so_is_the_last_of_all_times()
    {
        using var table = Table(refusesFuture: false);
        table.Assign([1], [1], At.Seconds(uint.MaxValue - 5));
        table.Assign([1], [1], At.Seconds(uint.MaxValue));
        Assert.That((table.NewestEventTime.InSeconds(), table.Explain(1).LastUpdate?.InSeconds()),
            Is.EqualTo((uint.MaxValue, (uint?)uint.MaxValue)));
    }

    [Test]
    public void Many_threads_agree_with_the_clock()
    {
        var clock = new EventClock(100, 16);
        clock.Observe(1000);
        Parallel.For(0, 8, thread =>
        {
            var last = 0L;
            for (var i = 0; i < 20_000; i++)
            {
                // One in five is far ahead: never 16 of them in a row by one thread; and all of them alike, so that even together they
                // confirm but one time.
                var time = i % 5 == 0 ? 1_000_000L : 1000 + i / 200;
                var taken = clock.Observe(time);
                Assert.That(taken, Is.LessThanOrEqualTo(time));
                Assert.That(clock.Newest, Is.GreaterThanOrEqualTo(last));
                last = clock.Newest;
            }
        });
        Assert.That(clock.Newest, Is.EqualTo(1099).Or.EqualTo(1_000_000));
    }

    [TestCase(0, 16, "EventTimeSkew")]
    [TestCase(86_400, 0, "EventTimeConfirmations")]
    public void Impossible_settings_are_refused(int skew, int confirmations, string path) => Assert.That(
        OptionFailures.PathsOf(() => new EmbeddingTable(TestTable.Plain(),
            new() { EventTimeSkew = TimeSpan.FromSeconds(skew), EventTimeConfirmations = confirmations }).Dispose()),
        Is.EqualTo(new[] { path }));

    private static EmbeddingTable Table(int confirmations = 16, bool refusesFuture = true) => new(
        TestTable.Plain(4, 1, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(30))),
        new() { MemoryLimitBytes = 1 << 26, EventTimeConfirmations = confirmations, RefuseFutureEventTimes = refusesFuture },
        new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start + 2000 * Day)));
}
