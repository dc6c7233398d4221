using TorchRecommender.Data;

namespace TorchRecommender.Tests;

/// <summary>What a user chose before an event, beside a search through all events before it.</summary>
public class HistoriesTests
{
    [Test]
    public void Each_event_sees_the_newest_items_of_its_user_before_it([Values(0, 1, 3, 100)] int length)
    {
        var draws = new Random(length);
        (long User, long Item, bool Counts)[] events =
            [.. Enumerable.Range(0, 500).Select(_ => (draws.NextInt64(7), draws.NextInt64(50), draws.Next(3) > 0))];
        var before = Histories.Of(events, length);
        for (var i = 0; i < events.Length; i++)
        {
            var expected = events.Take(i).Where(e => e.Counts && e.User == events[i].User).Select(e => e.Item).TakeLast(length);
            Assert.That(before[i], Is.EqualTo(expected), $"event {i}");
        }
    }
}
