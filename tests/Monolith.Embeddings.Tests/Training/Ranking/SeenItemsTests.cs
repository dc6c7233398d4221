using Monolith.Embeddings.Training.Ranking;

namespace Monolith.Embeddings.Tests.Training.Ranking;

public class SeenItemsTests
{
    [Test]
    public void It_keeps_what_lists_in_order_keep([Values(1, 3, 8)] int perUser, [Values(1, 4, 100)] int maxUsers)
    {
        var seen = new SeenItems(perUser, maxUsers);
        // The user that was seen last stands last.
        var model = new List<(long User, List<long> Items)>();
        var random = new Random(perUser * 10 + maxUsers);
        for (var step = 0; step < 3000; step++)
        {
            var (user, item) = (random.Next(-70, 80), (long)random.Next(12));
            seen.Add(user, item);
            var items = model.Find(entry => entry.User == user).Items ?? [];
            model.RemoveAll(entry => entry.User == user);
            items.Remove(item);
            items.Add(item);
            if (items.Count > perUser) items.RemoveAt(0);
            model.Add((user, items));
            if (model.Count > maxUsers) model.RemoveAt(0);
            var asked = random.Next(-70, 80);
            Assert.That(seen.Of(asked).ToArray(), Is.EqualTo(model.Find(entry => entry.User == asked).Items ?? []));
        }
    }
}
