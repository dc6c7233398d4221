using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features;

public class UniqueIdsTests
{
    [Test]
    public void Agrees_with_a_dictionary_over_many_batches()
    {
        var (random, unique) = (new Random(1), new UniqueIds());
        for (var round = 0; round < 200; round++)
        {
            unique.Clear();
            var (order, counts) = (new List<long>(), new Dictionary<long, int>());
            for (var part = 0; part < 3; part++)
            {
                var ids = Ids(random, random.Next(round * 10 + 1));
                var inverse = new int[ids.Length];
                unique.Add(ids, inverse);
                foreach (var id in ids)
                {
                    if (!counts.TryAdd(id, 1)) counts[id]++;
                    else order.Add(id);
                }
                Assert.That(inverse.Select(place => unique.Ids[place]), Is.EqualTo(ids));
            }
            Assert.That(unique.Ids.ToArray(), Is.EqualTo(order), "in the order of first occurrence");
            Assert.That(unique.Counts.ToArray(), Is.EqualTo(order.Select(id => counts[id])));
        }
    }

    private static long[] Ids(Random random, int count)
    {
        long[] special = [0, -1, long.MinValue, long.MaxValue];
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(10) == 0 ? special[random.Next(4)] : random.NextInt64(count))];
    }
}
