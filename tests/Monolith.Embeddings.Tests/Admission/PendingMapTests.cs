using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

/// <summary>The map does what a dictionary does, also where keys collide and where memory runs out.</summary>
public class PendingMapTests : LeakChecked
{
    [Test]
    public void It_equals_a_dictionary([Values(10, 1000)] int most, [Values] bool collides, [Values] bool hasPeriods)
    {
        using var map = new PendingMap(new MemoryAccount(long.MaxValue), 0.3, new HalfLife(0, hasPeriods ? 5 : 0));
        var (model, random) = (new Dictionary<ulong, (int Count, uint LastSeen, uint Period)>(), new Random(5));
        for (var step = 0; step < 10_000; step++)
        {
            // Colliding keys have few home places, among them the last, so that runs go around the end.
            var key = collides ? (ulong.MaxValue << 40) + (uint)random.Next(2 * most) : (uint)random.Next(2 * most) * 0x9E3779B97F4A7C15;
            var place = map.Find(key);
            Assert.That(place >= 0, Is.EqualTo(model.ContainsKey(key)));
            if (place >= 0)
            {
                map.RemoveAt(place);
                model.Remove(key);
            }
            else if (model.Count < most)
            {
                var entry = (Count: random.Next(1, 100), LastSeen: (uint)step, Period: hasPeriods ? (uint)random.Next(9) : 0);
                map.Insert(place, new PendingId(key, entry.Count, entry.LastSeen), entry.Period, now: 0);
                model.Add(key, entry);
            }
            if (step % 2500 == 2499)
            {
                map.Forget((uint)step - 500);
                foreach (var old in model.Where(p => p.Value.LastSeen <= step - 500).ToArray()) model.Remove(old.Key);
            }
            if (step % 211 == 0) AssertEqual(map, model);
        }
        AssertEqual(map, model);
    }

    [Test]
    public void Where_there_is_no_memory_to_grow_nothing_changes([Values] bool hasPeriods)
    {
        var account = new MemoryAccount(long.MaxValue);
        using var map = new PendingMap(account, 0, new HalfLife(0, hasPeriods ? 5 : 0));
        var (allocations, failures) = (0, 0);
        account.OnAllocate = _ =>
        {
            if (++allocations % 3 == 0) throw new InsufficientMemoryException("on purpose");
        };
        var model = new Dictionary<ulong, (int Count, uint LastSeen, uint Period)>();
        for (var i = 1UL; i <= 500; i++)
        {
            var (key, period) = (i * 0x9E3779B97F4A7C15, hasPeriods ? (uint)i : 0);
            try
            {
                map.Insert(map.Find(key), new PendingId(key, 1, (uint)i), period, now: 0);
                model.Add(key, (1, (uint)i, period));
            }
            catch (InsufficientMemoryException)
            {
                failures++;
            }
            AssertEqual(map, model);
        }
        Assert.That(failures, Is.Positive);
        foreach (var key in model.Keys.ToArray())
        {
            map.RemoveAt(map.Find(key));
            model.Remove(key);
            AssertEqual(map, model);
        }
        Assert.That(map.Bytes, Is.EqualTo(account.Bytes));
    }

    [Test]
    public void Maps_grow_at_different_sizes_and_are_well_filled()
    {
        var sizes = new List<int>();
        foreach (var place in new[] { 0, 0.25, 0.5, 0.75 })
        {
            using var map = new PendingMap(new MemoryAccount(long.MaxValue), place, default);
            for (var i = 1UL; i <= 10_000; i++)
            {
                var key = i * 0x9E3779B97F4A7C15;
                map.Insert(map.Find(key), new PendingId(key, 1, 0), 0, now: 0);
                if (i >= 100) Assert.That(map.Capacity, Is.InRange(i / 0.875, i / 0.67));
            }
            sizes.Add(map.Capacity);
        }
        Assert.That(sizes, Is.Unique);
    }

    private static void AssertEqual(PendingMap map, Dictionary<ulong, (int Count, uint LastSeen, uint Period)> model)
    {
        Assert.That(map.Count, Is.EqualTo(model.Count));
        foreach (var (key, (count, lastSeen, period)) in model)
        {
            var place = map.Find(key);
            if (place < 0 || map[place] != new PendingId(key, count, lastSeen) || map.PeriodAt(place) != period) Assert.Fail($"key {key} at {place}");
        }
    }
}
