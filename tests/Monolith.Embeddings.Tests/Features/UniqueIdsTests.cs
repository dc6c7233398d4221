using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Tests.Hashing;

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

    [Test]
    public void Ids_chosen_to_collide_are_kept_in_order_beside_the_places_that_they_crowd()
    {
        const int Probes = 128;
        var (random, unique) = (new Random(2), new UniqueIds());
        var colliding = Enumerable.Range(0, 10_000).Select(i => KeyUnmixer.Id((ulong)i << 32)).ToArray();
        for (var round = 0; round < 3; round++)
        {
            unique.Clear();
            Assert.That(unique.Crowded, Is.Zero);
            // Each three times, in parts that let the places grow meanwhile.
            foreach (var length in new[] { 1000, 10_000, 10_000 })
            {
                var ids = colliding[..length];
                random.Shuffle(ids.AsSpan(Probes..));
                var inverse = new int[length];
                unique.Add(ids, inverse);
                Assert.That(inverse.Select(place => unique.Ids[place]), Is.EqualTo(ids));
            }
            Assert.That(unique.Ids.ToArray(), Is.EquivalentTo(colliding));
            Assert.That(unique.Counts.ToArray(), Is.EqualTo(Enumerable.Repeat(3, 1000).Concat(Enumerable.Repeat(2, 9000))));
            Assert.That(unique.Crowded, Is.EqualTo(colliding.Length - Probes));
        }
    }

    private static long[] Ids(Random random, int count)
    {
        long[] special = [0, -1, long.MinValue, long.MaxValue];
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(10) == 0 ? special[random.Next(4)] : random.NextInt64(count))];
    }
}
