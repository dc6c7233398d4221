using Monolith.Embeddings.Tests.Hashing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>
/// Ids that an adversary chose: their mixed bits are equal where the index looks, so that all want the same two buckets under one tag.
/// </summary>
public class OverflowTests : LeakChecked
{
    private const int Adversaries = 5000;

    [Test]
    public void Ids_of_one_bucket_pair_and_tag_overflow_and_stay_right()
    {
        using var rows = new IndexedRows();
        foreach (var id in Colliding(Adversaries)) rows.Add(id);
        rows.AssertEqual();
        Assert.That(rows.Index.OverflowCount, Is.InRange(Adversaries - 16, Adversaries - 8));
        Assert.That(rows.Index.Buckets.Bytes, Is.LessThan(4096), "growth is not the answer");
        foreach (var id in Colliding(Adversaries + 100).Skip(Adversaries)) rows.AssertAbsent(id);
    }

    [Test]
    public void Overflowing_ids_are_removed_moved_and_found_like_others()
    {
        var random = new Random(9);
        using var rows = new IndexedRows();
        var adversaries = Colliding(2000);
        for (var i = 0; i < 20_000; i++)
        {
            var id = random.Next(2) == 0 ? adversaries[random.Next(adversaries.Length)] : random.Next(3000);
            if (!rows.Add(id)) rows.Remove(id);
            if (random.Next(500) == 0) rows.Index.TrimExcess();
            if (random.Next(500) == 0) rows.AssertEqual();
        }
        foreach (var id in rows.Ids.ToArray()) rows.Remove(id);
        foreach (var id in adversaries) rows.AssertAbsent(id);
        Assert.That(rows.Index.OverflowCount, Is.Zero);
    }

    [Test]
    public void Memory_stays_in_proportion_when_adversaries_meet_a_full_index()
    {
        var random = new Random(10);
        using var rows = new IndexedRows();
        foreach (var id in Colliding(2000))
        {
            rows.Add(id);
            for (var i = 0; i < 10; i++) rows.Add(random.NextInt64());
        }
        rows.AssertEqual();
        // 64 bytes for eight places, at worst just under half of half full.
        Assert.That(rows.Index.Buckets.Bytes, Is.LessThan(rows.Ids.Count * 8 * 3));
    }

    [Test]
    public void An_index_whose_overflow_was_removed_forgets_it()
    {
        using var rows = new IndexedRows();
        foreach (var id in Colliding(100)) rows.Add(id);
        foreach (var id in Colliding(100)) rows.Remove(id);
        rows.Index.Clear();
        Assert.That(rows.Index.OverflowCount, Is.Zero);
        for (var id = 0; id < 1000; id++) rows.Add(id);
        rows.AssertEqual();
    }

    [Test]
    public void Ids_that_overflow_take_no_more_than_the_index_may_take_for_a_row()
    {
        using var rows = new IndexedRows();
        foreach (var id in Colliding(60_000)) rows.Add(id);
        rows.AssertEqual();
        Assert.That(rows.Account.Bytes, Is.GreaterThanOrEqualTo(rows.Index.Bytes), "all of it is accounted");
        Assert.That(rows.Index.Bytes / (double)rows.Index.OverflowCount, Is.InRange(12, 24.5));
    }

    [Test]
    public void Growth_that_finds_no_memory_for_the_overflow_changes_nothing()
    {
        using var rows = new IndexedRows();
        foreach (var id in Colliding(2000)) rows.Add(id);
        var (allocations, failures) = (0, 0);
        rows.Account.OnAllocate = _ =>
        {
            // The new buckets come first, then the overflow of the new index.
            if (++allocations % 3 == 0) throw new InsufficientMemoryException("on purpose");
        };
        for (var id = 0; id < 3000; id++)
        {
            try
            {
                rows.Add(id);
            }
            catch (InsufficientMemoryException)
            {
                failures++;
                rows.AssertEqual();
                rows.AssertAbsent(id);
            }
        }
        rows.AssertEqual();
        Assert.That(failures, Is.GreaterThan(3));
        foreach (var id in rows.Ids.ToArray()) rows.Remove(id);
        Assert.That(rows.Index.OverflowCount, Is.Zero);
    }

    private static long[] Colliding(int count) =>
        [.. Enumerable.Range(0, count).Select(i => KeyUnmixer.Id((ulong)i << 48 | 0x1234_89AB_CDEF))];
}
