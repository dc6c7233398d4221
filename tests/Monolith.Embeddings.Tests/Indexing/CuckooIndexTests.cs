using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Tests.Hashing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

public class CuckooIndexTests : LeakChecked
{
    [Test]
    public void Equals_a_dictionary_under_random_changes([Values(0.82, 0.86, 0.92, 0.98)] double maximumFill, [Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        using var rows = new IndexedRows(maximumFill);
        for (var i = 0; i < 60_000; i++)
        {
            var isGrowing = i / 15_000 % 2 == 0;
            if (rows.Ids.Count == 0 || random.Next(10) < (isGrowing ? 8 : 3))
                rows.Add(random.Next(4) == 0 ? random.NextInt64() : random.Next(50_000));
            else rows.Remove(rows.Ids[random.Next(rows.Ids.Count)]);
            if (random.Next(1000) == 0) rows.Index.TrimExcess();
            if (random.Next(2000) == 0) rows.AssertEqual();
            Assert.That(rows.Index.Fill, Is.LessThanOrEqualTo(maximumFill));
            var id = random.NextInt64();
            if (!rows.Oracle.ContainsKey(id)) rows.AssertAbsent(id);
        }
        rows.AssertEqual();
        Assert.That(rows.Index.OverflowCount, Is.Zero);
    }

    [Test]
    public void Every_id_is_legal()
    {
        using var rows = new IndexedRows();
        // The last ones have a tag of 0 and a mixed id of 0 and of all ones.
        long[] ids =
            [0, -1, 1, long.MinValue, long.MaxValue, KeyUnmixer.Id(0x1234_0000_5678_9ABC), KeyUnmixer.Id(0), KeyUnmixer.Id(ulong.MaxValue)];
        foreach (var id in ids.Distinct()) rows.Add(id);
        rows.AssertEqual();
        foreach (var id in ids.Distinct())
        {
            rows.Remove(id);
            rows.AssertAbsent(id);
            rows.AssertEqual();
        }
    }

    [Test]
    public void A_tag_of_0_and_a_tag_of_1_are_told_apart_by_their_keys()
    {
        using var rows = new IndexedRows();
        var (zero, one) = (KeyUnmixer.Id(0x1234_0000_5678_9ABC), KeyUnmixer.Id(0x1234_0001_5678_9ABC));
        rows.Add(zero);
        rows.AssertAbsent(one);
        rows.Add(one);
        rows.AssertEqual();
    }

    [Test]
    public void Fills_to_its_maximum_before_it_grows([Values(0.86, 0.92, 0.97)] double maximumFill)
    {
        using var rows = new IndexedRows(maximumFill);
        var random = new Random(7);
        while (rows.Ids.Count < 20_000) rows.Add(random.NextInt64());
        for (var growths = rows.Index.Growths; rows.Index.Growths == growths;)
        {
            var fill = rows.Index.Fill;
            rows.Add(random.NextInt64());
            if (rows.Index.Growths != growths) Assert.That(fill, Is.EqualTo(maximumFill).Within(0.01), "grew early");
        }
        rows.AssertEqual();
        Assert.That(rows.Index.OverflowCount, Is.Zero);
    }

    [Test]
    public void Shrinks_when_few_are_left()
    {
        using var rows = new IndexedRows();
        var random = new Random(8);
        while (rows.Ids.Count < 50_000) rows.Add(random.NextInt64());
        var full = rows.Index.Buckets.Bytes;
        while (rows.Ids.Count > 500) rows.Remove(rows.Ids[^1]);
        rows.Index.TrimExcess();
        rows.AssertEqual();
        Assert.That(rows.Index.Buckets.Bytes, Is.LessThan(full / 50));
        Assert.That(rows.Index.Fill, Is.InRange(0.6, 0.9));
    }

    [Test]
    public void Memory_comes_back()
    {
        var rows = new IndexedRows();
        for (var id = 0; id < 10_000; id++) rows.Add(id);
        rows.Dispose();
        Assert.That(rows.Account.Bytes, Is.Zero);
    }

    [Test]
    public void A_growth_that_is_refused_changes_nothing()
    {
        using var rows = new IndexedRows(limit: 400_000);
        Assert.That(() =>
        {
            for (var id = 0L; ; id++) rows.Add(id);
        }, Throws.InstanceOf<OutOfMemoryException>());
        rows.AssertAbsent(rows.Ids.Count);
        rows.AssertEqual();
    }

    [Test]
    public void A_guess_is_the_handle_where_the_tag_is_alone()
    {
        using var rows = new IndexedRows();
        for (var id = 0; id < 1000; id++) rows.Add(id);
        var guesses = Guesses(rows.Index.Buckets, [.. rows.Oracle.Keys.Select(IndexedRows.Mix)]);
        Assert.That(rows.Oracle.Values.Zip(guesses).Count(pair => pair.First == pair.Second), Is.GreaterThan(990));
        Assert.That(guesses, Is.All.InRange(0, 999));
    }

    [Test]
    public void Most_ids_that_are_absent_are_known_to_be_so_by_their_first_bucket()
    {
        using var rows = new IndexedRows();
        for (var id = 0; id < 20_000; id++) rows.Add(id);
        for (var id = 0; id < 10_000; id++) rows.Remove(id);
        ulong[] absent = [.. Enumerable.Range(0, 10_000).Select(id => IndexedRows.Mix(id))];
        Assert.That(Guesses(rows.Index.Buckets, absent).Count(guess => guess == BucketArray.LikelyAbsent), Is.GreaterThan(9_900));
        Assert.That(Strays(rows.Index.Buckets, absent), Is.LessThan(5_000));
    }

    private static unsafe int[] Guesses(BucketArray buckets, ulong[] hashes)
    {
        var guesses = new int[hashes.Length];
        var strays = stackalloc byte[1];
        fixed (ulong* hash = hashes)
        fixed (int* guess = guesses)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                if (buckets.GuessFirst(hash + i, guess + i, strays, 1) == 1) buckets.GuessSecond(hash + i, guess + i, [0]);
            }
        }
        return guesses;
    }

    private static unsafe int Strays(BucketArray buckets, ulong[] hashes)
    {
        var (count, guess) = (0, 0);
        var strays = stackalloc byte[1];
        fixed (ulong* hash = hashes)
        {
            for (var i = 0; i < hashes.Length; i++) count += buckets.GuessFirst(hash + i, &guess, strays, 1);
        }
        return count;
    }
}
