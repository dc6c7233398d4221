using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

public class DisplacementSearchTests : LeakChecked
{
    [Test]
    public void Every_entry_stays_in_one_of_its_two_buckets([Values(2u, 3u, 5u, 64u, 1000u)] uint count)
    {
        using var buckets = new BucketArray(count, new PagePool(new MemoryAccount(1 << 20), sharesPages: false));
        var search = new DisplacementSearch();
        var random = new Random((int)count);
        var placed = new List<(uint First, ushort Tag)>();
        var displaced = 0;
        while (placed.Count < count * Bucket.Slots)
        {
            var (first, tag) = ((uint)random.Next((int)count), (ushort)random.Next(1, ushort.MaxValue));
            var before = Contents(buckets);
            if (!TryFill(buckets, first, tag, placed.Count))
            {
                if (!search.TryMakeRoom(buckets, first, tag, placed.Count, out var moves))
                {
                    Assert.That(Contents(buckets), Is.EqualTo(before), "a failed search changed something");
                    break;
                }
                var after = Contents(buckets);
                Assert.That(moves, Is.EqualTo(before.Count(entry => after[entry.Key] != entry.Value)), "entries that moved");
                displaced++;
            }
            placed.Add((first, tag));
            if (count <= 64 || placed.Count % 100 == 0) AssertReachable(buckets, placed);
        }
        AssertReachable(buckets, placed);
        if (count >= 64) Assert.That((displaced, placed.Count / (8.0 * count)), Is.GreaterThan((10, 0.95)).Using<(int, double)>(
            (a, b) => a.Item1 > b.Item1 && a.Item2 > b.Item2 ? 1 : -1), "displacements and fill");
    }

    [Test]
    public void The_alternate_of_the_alternate_is_the_bucket()
    {
        var random = new Random(11);
        foreach (var count in new uint[] { 1, 2, 3, 7, 64, 1000, 1_234_567, uint.MaxValue })
        {
            for (var i = 0; i < 1000; i++)
            {
                var bucket = (uint)random.NextInt64(count);
                var tag = (ushort)random.Next(1, 65536);
                var other = HashParts.Alternate(bucket, tag, count);
                Assert.That(other, Is.LessThan(count));
                Assert.That(HashParts.Alternate(other, tag, count), Is.EqualTo(bucket), $"bucket {bucket} of {count}, tag {tag}");
            }
        }
    }

    private static bool TryFill(BucketArray buckets, uint first, ushort tag, int handle)
    {
        foreach (var at in new[] { first, HashParts.Alternate(first, tag, buckets.Count) })
        {
            var empty = buckets[at].Match(0);
            if (empty == 0) continue;
            buckets[at].Set(System.Numerics.BitOperations.TrailingZeroCount(empty), tag, handle, isGuest: at != first);
            if (at != first) buckets[first].AddStray(tag);
            return true;
        }
        return false;
    }

    private static Dictionary<int, (uint Bucket, ushort Tag)> Contents(BucketArray buckets)
    {
        var contents = new Dictionary<int, (uint, ushort)>();
        for (var bucket = 0u; bucket < buckets.Count; bucket++)
        {
            for (var slot = 0; slot < Bucket.Slots; slot++)
            {
                if (buckets[bucket].Tag(slot) != 0) contents.Add(buckets[bucket].Handle(slot), (bucket, buckets[bucket].Tag(slot)));
            }
        }
        return contents;
    }

    // Contents refuses a handle that stands twice.
    private static void AssertReachable(BucketArray buckets, List<(uint First, ushort Tag)> placed)
    {
        var contents = Contents(buckets);
        Assert.That(contents, Has.Count.EqualTo(placed.Count));
        for (var handle = 0; handle < placed.Count; handle++)
        {
            var (bucket, tag) = contents[handle];
            var (first, wanted) = placed[handle];
            if (tag != wanted || (bucket != first && bucket != HashParts.Alternate(first, wanted, buckets.Count)))
                Assert.Fail($"Entry {handle} (bucket {first}, tag {wanted}) stands in bucket {bucket} under tag {tag}.");
        }
    }
}
