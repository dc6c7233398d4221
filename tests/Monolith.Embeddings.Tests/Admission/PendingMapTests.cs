using Monolith.Embeddings.Admission.Counting;
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

    [Test]
    public void Keys_that_were_chosen_for_one_home_are_scattered([Values] bool hasPeriods)
    {
        using var map = new PendingMap(new MemoryAccount(long.MaxValue), 0, new HalfLife(0, hasPeriods ? 5 : 0));
        var model = new Dictionary<ulong, (int Count, uint LastSeen, uint Period)>();
        for (var i = 0u; i < 50_000; i++)
        {
            var (key, period) = (i % 5 == 0 ? i * 0x9E3779B97F4A7C15 : i, hasPeriods ? i % 9 : 0);
            map.Insert(map.Find(key), new PendingId(key, 1, i), period, now: 0);
            model.Add(key, (1, i, period));
        }
        Assert.That(map.IsScattered, Is.True);
        AssertEqual(map, model);
        foreach (var key in model.Keys.Where((_, i) => i % 3 > 0).ToArray())
        {
            map.RemoveAt(map.Find(key));
            model.Remove(key);
        }
        AssertEqual(map, model);
        map.Clear();
        Assert.That((map.IsScattered, map.Bytes), Is.EqualTo((false, 0L)));
    }

    [Test]
    public void Keys_that_would_push_thousands_aside_are_scattered()
    {
        using var map = new PendingMap(new MemoryAccount(long.MaxValue), 0, default);
        const ulong apart = ulong.MaxValue / 30_000;
        // In an order that keeps them evenly spread.
        for (ulong i = 0; i < 30_000; i++) Insert(map, i * 7919 % 30_000 * apart);
        Assert.That(map.IsScattered, Is.False);
        // So many more that none of the places between them is left free, and no key is far from home.
        for (ulong i = 1000; i < 9000; i++)
        {
            if (i % 100 < 26) Insert(map, i * apart + 1);
        }
        Insert(map, 1000 * apart + 2);
        Assert.That(map.IsScattered, Is.True);
        Assert.That(map.Find(1000 * apart + 2), Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void Random_keys_lie_in_the_order_of_the_keys()
    {
        using var map = new PendingMap(new MemoryAccount(long.MaxValue), 0.5, default);
        for (var i = 0ul; i < 300_000; i++) Insert(map, i * 0x9E3779B97F4A7C15);
        Assert.That(map.IsScattered, Is.False);
    }

    [Test]
    public void Where_there_is_no_memory_to_scatter_keys_they_are_entered_all_the_same()
    {
        var account = new MemoryAccount(long.MaxValue);
        using var map = new PendingMap(account, 0, default);
        map.Reserve(4000);
        account.OnAllocate = _ => throw new InsufficientMemoryException("on purpose");
        for (var key = 0ul; key < 2000; key++) Insert(map, key);
        Assert.That((map.Count, map.IsScattered), Is.EqualTo((2000, false)));
        account.OnAllocate = null;
        Insert(map, 2000);
        Assert.That((map.Count, map.IsScattered), Is.EqualTo((2001, true)));
        for (var key = 0ul; key <= 2000; key++) Assert.That(map.Find(key), Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void What_is_forgotten_of_a_long_run_leaves_the_others([Values] bool hasMemory)
    {
        var account = new MemoryAccount(long.MaxValue);
        using var map = new PendingMap(account, 0, default);
        var model = new Dictionary<ulong, (int Count, uint LastSeen, uint Period)>();
        for (var i = 0u; i < 2000; i++)
        {
            map.Insert(map.Find(i), new PendingId(i, 1, i % 7), 0, now: 0);
            model.Add(i, (1, i % 7, 0));
        }
        if (!hasMemory) account.OnAllocate = _ => throw new InsufficientMemoryException("on purpose");
        for (var upTo = 0u; upTo < 7; upTo++)
        {
            map.Forget(upTo);
            foreach (var old in model.Where(p => p.Value.LastSeen <= upTo).ToArray()) model.Remove(old.Key);
            AssertEqual(map, model);
        }
        Assert.That(map.Bytes, Is.Zero);
    }

    private static void Insert(PendingMap map, ulong key) => map.Insert(map.Find(key), new PendingId(key, 1, 0), 0, now: 0);

    private static void AssertEqual(PendingMap map, Dictionary<ulong, (int Count, uint LastSeen, uint Period)> model)
    {
        Assert.That(map.Count, Is.EqualTo(model.Count));
        foreach (var (key, (count, lastSeen, period)) in model)
        {
            var place = map.Find(key);
            if (place < 0 || map[place] != new PendingId(key, count, lastSeen) || map.PeriodAt(place) != period)
                Assert.Fail($"key {key} at {place}");
        }
    }
}
