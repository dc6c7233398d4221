using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Expiry;

public class TimeToLiveTests
{
    [TestCase(100u, 10, 109u, false)]
    [TestCase(100u, 10, 110u, true)]
    [TestCase(100u, 10, 99u, false, Description = "a row of the future")]
    [TestCase(0u, 10, 0u, false)]
    [TestCase(0u, 10, 10u, true)]
    [TestCase(0u, int.MaxValue, uint.MaxValue, true)]
    [TestCase(uint.MaxValue, 1, uint.MaxValue, false)]
    public void Age_reaches_the_time_to_live(uint lastUpdate, int seconds, uint now, bool isExpired)
    {
        var byEvent = new TimeToLiveOptions(TimeSpan.FromSeconds(seconds)).Create();
        var byWall = new TimeToLiveOptions(TimeSpan.FromSeconds(seconds)) { Clock = ExpiryClock.WallClock }.Create();
        Assert.That(byEvent.IsExpired(new RowMetadata(1, At.Seconds(lastUpdate)),
            new ExpiryTime { NewestEventTime = At.Seconds(now), Clock = At.Seconds(0) }),
            Is.EqualTo(isExpired));
        Assert.That(byWall.IsExpired(new RowMetadata(1, At.Seconds(lastUpdate)),
            new ExpiryTime { NewestEventTime = At.Seconds(0), Clock = At.Seconds(now) }),
            Is.EqualTo(isExpired));
    }

    [TestCase(10, 9u)]
    [TestCase(10, 10u)]
    [TestCase(10, 25u)]
    [TestCase(int.MaxValue, uint.MaxValue)]
    public void Many_rows_are_judged_as_each_would_be(int seconds, uint now)
    {
        var policy = new TimeToLiveOptions(TimeSpan.FromSeconds(seconds)).Create();
        var time = new ExpiryTime { NewestEventTime = At.Seconds(now), Clock = At.Seconds(0) };
        var upTo = policy.ExpiresUpToSecond(in time);
        foreach (var lastUpdate in (uint[])[0, 1, 14, 15, 16, now - 1, now, now + 1, int.MaxValue, 1u + int.MaxValue, uint.MaxValue])
            Assert.That(lastUpdate <= upTo, Is.EqualTo(policy.IsExpired(new RowMetadata(1, At.Seconds(lastUpdate)), in time)),
                $"{lastUpdate}");
    }

    [Test]
    public void Rows_are_judged_one_by_one_where_slots_have_times_of_their_own()
    {
        var policy = new TimeToLiveOptions { BySlot = { [3] = TimeSpan.FromDays(1) } }.Create();
        var now = new ExpiryTime { NewestEventTime = At.Seconds(uint.MaxValue), Clock = At.Seconds(0) };
        Assert.That(policy.ExpiresUpToSecond(in now), Is.Null);
    }

    [TestCase(9u, null)]
    [TestCase(10u, 0u)]
    [TestCase(25u, 15u)]
    public void Counted_ids_are_forgotten_at_the_age_of_rows(uint now, uint? upTo) =>
        Assert.That(new TimeToLiveOptions(TimeSpan.FromSeconds(10)).Create().ForgetPendingUpTo(new ExpiryTime
        {
            NewestEventTime = At.Seconds(now),
            Clock = At.Seconds(0)
        })?.InSeconds(), Is.EqualTo(upTo));

    [TestCase(100u, 100u, 10)]
    [TestCase(100u, 107u, 3)]
    [TestCase(100u, 110u, 0)]
    [TestCase(100u, 500u, 0)]
    [TestCase(100u, 90u, 20, Description = "a row of the future")]
    [TestCase(uint.MaxValue, 0u, 10L + uint.MaxValue)]
    public void The_time_left_is_what_the_age_lacks(uint lastUpdate, uint now, long seconds)
    {
        var policy = new TimeToLiveOptions(TimeSpan.FromSeconds(10)).Create();
        var row = new RowMetadata(1, At.Seconds(lastUpdate));
        var time = new ExpiryTime { NewestEventTime = At.Seconds(now), Clock = At.Seconds(0) };
        Assert.That(policy.TimeLeft(row, time), Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(policy.IsExpired(row, time), Is.EqualTo(seconds == 0));
    }

    [Test]
    public void The_longest_time_to_live_is_not_cut()
    {
        var policy = new TimeToLiveOptions(TimeToLiveOptions.Longest).Create();
        Assert.That(policy.IsExpired(new RowMetadata(1, At.Seconds(0)),
            new ExpiryTime { NewestEventTime = At.Seconds(uint.MaxValue - 1), Clock = At.Seconds(0) }), Is.False);
        Assert.That(policy.IsExpired(new RowMetadata(1, At.Seconds(0)),
            new ExpiryTime { NewestEventTime = At.Seconds(uint.MaxValue), Clock = At.Seconds(0) }), Is.True);
    }

    [Test]
    public void All_errors_are_listed()
    {
        Assert.That(OptionFailures.PathsOf(() => new TimeToLiveOptions(TimeSpan.FromMilliseconds(999)) { Clock = (ExpiryClock)7 }.Create()),
            Is.EqualTo(new[] { "Duration", "Clock" }));
        Assert.That(OptionFailures.PathsOf(() => new TimeToLiveOptions(TimeToLiveOptions.Longest + TimeSpan.FromTicks(1)).Create()),
            Is.EqualTo(new[] { "Duration" }));
    }
}
