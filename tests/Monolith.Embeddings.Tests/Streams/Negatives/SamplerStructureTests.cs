using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>The parts of a sampler's state against lists and dictionaries.</summary>
public class SamplerStructureTests
{
    [Test]
    public void An_array_knows_what_it_held_after_each_batch([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        var array = new VersionedArray<long>(4);
        var (held, version, now) = (new List<(long Place, long Version, long[] Values)> { (0, 0, new long[4]) }, 0L, new long[4]);
        for (var step = 0; step < 400; step++)
        {
            array.Begin(++version);
            for (var change = random.Next(40); change > 0; change--)
            {
                var index = random.Next(array.Length + (array.Length < 50 && random.Next(20) == 0 ? 1 : 0));
                array.Reserve(index, 64);
                Array.Resize(ref now, array.Length);
                array.Change(index) = now[index] = random.NextInt64();
            }
            held.Add((array.End, version, [.. now]));
            if (held.Count > 20) held.RemoveAt(0);
            array.Forget(held[0].Place);
            var (place, since, values) = held[random.Next(held.Count)];
            array.ExchangeBack(place);
            Assert.That(Values(array), Is.EqualTo(Padded(values, array.Length)));
            array.ExchangeForward(place);
            Assert.That(Values(array), Is.EqualTo(now));
            for (var i = 0; i < array.Length; i++)
                Assert.That(array.HasChangedSince(since, i) || now[i] == (i < values.Length ? values[i] : 0), Is.True, "it is not missed");
            if (random.Next(10) > 0) continue;
            array.Rewind(place);
            now = Padded(values, array.Length);
            Assert.That(Values(array), Is.EqualTo(now));
            held.RemoveAll(one => one.Version > since);
        }
    }

    [Test]
    public void An_index_finds_what_is_there([Values(0, 1, 2)] int kind)
    {
        var random = new Random(kind);
        var arrays = new SamplerArrays(0, 0);
        var store = new ItemStore(arrays, new Popularity(0.5, 0), 200, long.MaxValue);
        var order = new List<long>();
        for (long step = 0; step < 20_000; step++)
        {
            if (step % 50 == 0) arrays.Begin(step + 1);
            var id = kind switch { 0 => random.Next(400), 1 => (long)random.Next(400) << 54, _ => long.MinValue + random.Next(250) };
            var place = store.Find(id);
            Assert.That(place >= 0, Is.EqualTo(order.Contains(id)));
            store.See(place, id, step, [id, step % 3, id, 4, 5, 6, 7, 8, step % 2]);
            order.Remove(id);
            order.Add(id);
            if (order.Count > 200) order.RemoveAt(0);
            if (step % 500 > 0) continue;
            Assert.That(Enumerable.Range(0, store.Count).Select(i => store[i].Id), Is.EquivalentTo(order));
            Assert.That(order.TrueForAll(one => store[store.Find(one)].Id == one), Is.True);
            Assert.That(Newest(arrays), Is.EqualTo(Enumerable.Reverse(order)));
            var total = store.Tree!.Total;
            store.Rebuild();
            Assert.That(store.Tree!.Total, Is.EqualTo(total), "the tree depends on the weights alone");
        }
        Assert.That(arrays.Frontier.Blocks, Is.LessThanOrEqualTo(402), "free blocks are used again");
    }

    [Test]
    public void A_tree_finds_the_place_of_a_sum([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        var (tree, weights) = (new WeightTree(), new double[200]);
        for (var step = 0; step < 2000; step++)
        {
            var place = random.Next(weights.Length);
            weights[place] = random.Next(3) == 0 ? 0 : random.Next(1, 10);
            tree.Set(place, new(weights[place], 1, 2));
            Assert.That(tree.Total.Weight, Is.EqualTo(weights.Sum()));
            if (tree.Total.Weight == 0) continue;
            var at = random.Next(5) == 0 ? tree.Total.Weight : random.NextDouble() * tree.Total.Weight;
            var (sum, expected) = (0.0, -1);
            while (expected < weights.Length - 1 && (sum <= at || weights[expected] == 0) && sum < tree.Total.Weight)
                sum += weights[++expected];
            Assert.That(tree.Find(at), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Users_make_room_in_their_set_by_their_last_event()
    {
        var arrays = new SamplerArrays(8, 3);
        arrays.Begin(1);
        var users = new UserWindows(arrays);
        for (var user = 1; user <= 8; user++) users.Add(users.Find(user), user, user * 10, user);
        users.Add(users.Find(1), 1, 11, 9);
        users.Add(users.Find(9), 9, 90, 10);
        Assert.That((users.Find(2), users.Find(1) >= 0, users.Find(9) >= 0), Is.EqualTo((-1, true, true)));
        foreach (var item in new long[] { 12, 13, 14 }) users.Add(users.Find(1), 1, item, 11);
        var place = users.Find(1);
        var items = Enumerable.Range(0, users.CountOf(place)).Select(back => users.Item(place, back));
        Assert.That(items, Is.EqualTo(new long[] { 14, 13, 12 }));
    }

    private static IEnumerable<long> Newest(SamplerArrays arrays)
    {
        for (var place = arrays.Frontier.Newest; place >= 0; place = arrays.Items[place].Older) yield return arrays.Items[place].Id;
    }

    private static long[] Values(VersionedArray<long> array) => [.. Enumerable.Range(0, array.Length).Select(i => array[i])];

    private static long[] Padded(long[] values, int length)
    {
        var padded = new long[length];
        values.CopyTo(padded, 0);
        return padded;
    }
}
