using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>Popularity by a ring and a tree, against counting and sorting all events of the window.</summary>
public class PopularItemsTests
{
    private const long Window = 50;

    // Few ids, so that counts tie; some extreme; times stand still, jump, and go back.
    [Test]
    public void Ranks_are_those_of_counting_and_sorting([Range(1, 6)] int seed, [Values(10_000, 37, 1)] int maxEvents)
    {
        var (random, oracle) = (new Random(seed), new List<(long Item, long Time)>());
        long[] ids = [long.MinValue, long.MaxValue, 0, -1, 1, .. Enumerable.Range(0, 25).Select(_ => random.NextInt64())];
        var popular = new PopularItems(TimeSpan.FromMilliseconds(Window), maxEvents);
        var (newest, left) = (0L, 0L);
        for (var n = 0; n < 1500; n++)
        {
            var time = newest + (random.Next(40) == 0 ? random.Next(200) : random.Next(4) - 1);
            newest = n == 0 ? time : Math.Max(newest, time);
            var item = ids[(int)(ids.Length * Math.Pow(random.NextDouble(), 2))];
            popular.Add(item, time);
            oracle.RemoveAll(e => newest - e.Time >= Window);
            if (oracle.Count == maxEvents)
            {
                oracle.RemoveAt(0);
                left++;
            }
            oracle.Add((item, newest));
            RequireEqual(popular, oracle, ids, random);
        }
        Assert.That(popular.LeftEarly, Is.EqualTo(left));
        if (maxEvents < 100) Assert.That(left, Is.GreaterThan(100));
    }

    [Test]
    public void An_event_counts_until_the_window_has_passed_and_no_longer()
    {
        var popular = new PopularItems(TimeSpan.FromDays(7));
        var week = (long)TimeSpan.FromDays(7).TotalMilliseconds;
        popular.Add(5, 1000);
        popular.GoTo(1000 + week - 1);
        Assert.That((popular.CountOf(5), popular.RankOf(5)), Is.EqualTo((1L, 1L)));
        popular.GoTo(0);
        popular.GoTo(1000 + week);
        Assert.That((popular.CountOf(5), popular.Items, popular.Events), Is.EqualTo((0L, 0, 0)));
        Assert.That(popular.RankOf(5), Is.Null);
        Assert.That(popular.LeftEarly, Is.Zero);
    }

    [Test]
    public void Times_at_both_ends_of_what_a_number_holds_are_apart()
    {
        var popular = new PopularItems(TimeSpan.FromDays(1));
        popular.Add(1, long.MinValue);
        popular.Add(2, long.MaxValue);
        Assert.That((popular.CountOf(1), popular.CountOf(2)), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public void Many_items_keep_their_order()
    {
        var (popular, random) = (new PopularItems(TimeSpan.FromDays(1)), new Random(3));
        var counts = new Dictionary<long, int>();
        for (var n = 0; n < 200_000; n++)
        {
            var item = (long)(30_000 * Math.Pow(random.NextDouble(), 3));
            counts[item] = counts.GetValueOrDefault(item) + 1;
            popular.Add(item, n);
        }
        long[] sorted = [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => c.Key)];
        var top = new long[sorted.Length + 5];
        Assert.That(popular.Top(top), Is.EqualTo(sorted.Length));
        Assert.That(top[..sorted.Length], Is.EqualTo(sorted));
        for (var rank = 1; rank <= sorted.Length; rank += 97) Assert.That(popular.RankOf(sorted[rank - 1]), Is.EqualTo(rank));
    }

    [Test]
    public void Nothing_is_allocated_once_it_has_grown()
    {
        var popular = new PopularItems(TimeSpan.FromMilliseconds(5000), maxEvents: 4096);
        for (var n = 0; n < 50_000; n++) popular.Add(n * 7919 % 1000, n);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 50_000; n < 60_000; n++)
        {
            popular.Add(n * 7919 % 1000, n);
            popular.RankOf(n % 1000);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Arguments_that_mean_nothing_are_refused()
    {
        Assert.That(() => new PopularItems(TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PopularItems(TimeSpan.MaxValue), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PopularItems(TimeSpan.FromDays(1), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static void RequireEqual(PopularItems popular, List<(long Item, long Time)> oracle, long[] ids, Random random)
    {
        var sorted = oracle.GroupBy(e => e.Item).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).ToList();
        Assert.That((popular.Events, popular.Items), Is.EqualTo((oracle.Count, sorted.Count)));
        var item = ids[random.Next(ids.Length)];
        var place = sorted.FindIndex(g => g.Key == item);
        Assert.That(popular.RankOf(item), Is.EqualTo(place < 0 ? null : (long?)place + 1));
        Assert.That(popular.CountOf(item), Is.EqualTo(place < 0 ? 0 : sorted[place].Count()));
        // With repeats, and sometimes with the item itself.
        long[] seen = [.. Enumerable.Range(0, 12).Select(_ => ids[random.Next(ids.Length)])];
        var left = sorted.Where(g => g.Key == item || !seen.Contains(g.Key)).ToList().FindIndex(g => g.Key == item);
        Assert.That(popular.RankOf(item, seen), Is.EqualTo(left < 0 ? null : (long?)left + 1));
        var top = new long[3];
        Assert.That(popular.Top(top), Is.EqualTo(Math.Min(3, sorted.Count)));
        Assert.That(top[..Math.Min(3, sorted.Count)], Is.EqualTo(sorted.Take(3).Select(g => g.Key)));
    }
}
