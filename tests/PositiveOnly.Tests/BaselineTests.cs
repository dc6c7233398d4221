namespace PositiveOnly.Tests;

/// <summary>What the models are compared with, by plain counting.</summary>
public class BaselineTests
{
    private static readonly Choice[] Log = MadeUpLog.Of(2000);

    [Test]
    public void Best_sellers_of_days_are_those_of_a_plain_count([Values(1, 7)] int days)
    {
        var events = Contexts.Of(Log, 1, isFrozen: true);
        var expected = Enumerable.Range(1500, 500).Average(now => IsAmongFirst(
            Log[..now].Where(choice => choice.At >= Log[now].At.AddDays(-days)).CountBy(choice => choice.Item), Log[now].Item));
        Assert.That(Popularity.OfDays(events, days, 1500), Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void Best_sellers_of_events_are_those_of_a_plain_count()
    {
        var events = Contexts.Of(Log, 1, isFrozen: true);
        var expected = Enumerable.Range(1500, 500).Where(now => now % 5 == 0).Average(now => IsAmongFirst(
            Log[(now - 300)..now].CountBy(choice => choice.Item), Log[now].Item));
        Assert.That(Popularity.OfEvents(events, 300, 1500, 5), Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void Neighbours_are_those_of_plain_cosines()
    {
        var events = Contexts.Of(Log, 1, isFrozen: false);
        var expected = Enumerable.Range(1800, 200).Where(now => now % 10 == 0).Average(now =>
        {
            var users = Log[..now].GroupBy(choice => choice.Item)
                .ToDictionary(group => group.Key, group => group.Select(choice => choice.User).ToHashSet());
            var own = Log[..now].Where(choice => choice.User == Log[now].User).Select(choice => choice.Item).Distinct().TakeLast(2);
            var scores = users.ToDictionary(pair => pair.Key, pair => own.Sum(known => pair.Key == known ? 1
                : users[known].Count(pair.Value.Contains) / Math.Sqrt((double)users[known].Count * pair.Value.Count)));
            return IsAmongFirst(scores.Where(pair => pair.Value > 0), Log[now].Item);
        });
        Assert.That(Sessions.Neighbours(events, 1800, 10, recent: 2), Is.EqualTo(expected).Within(0.051), "except for equal cosines");
        Assert.That(expected, Is.GreaterThan(0.3));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void The_context_is_what_came_before(bool isFrozen)
    {
        var events = Contexts.Of(Log, 3, isFrozen);
        for (var now = 0; now < Log.Length; now++)
        {
            var before = Log[..now].Where(choice => choice.User == Log[now].User && (!isFrozen || choice.At < Log[now].At));
            Assert.That(events[now].Recent, Is.EqualTo(before.Select(choice => choice.Item).TakeLast(3)));
        }
    }

    private static double IsAmongFirst<T>(IEnumerable<KeyValuePair<long, T>> scores, long item) =>
        scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(20).Any(pair => pair.Key == item) ? 1 : 0;
}
