using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

public class BucketTests : LeakChecked
{
    [Test]
    public void Match_tells_every_place_of_a_tag_and_no_other()
    {
        using var buckets = new BucketArray(3, new PagePool(new MemoryAccount(1 << 20), sharesPages: false));
        var random = new Random(12);
        for (var round = 0; round < 5000; round++)
        {
            var bucket = buckets[(uint)random.Next(3)];
            var (tags, guests) = (new ushort[Bucket.Slots], new bool[Bucket.Slots]);
            for (var slot = 0; slot < Bucket.Slots; slot++)
            {
                tags[slot] = (ushort)(random.Next(2) == 0 ? random.Next(4) : random.Next(65536));
                guests[slot] = random.Next(2) == 0;
                bucket.Set(slot, tags[slot], -slot, guests[slot]);
            }
            foreach (var tag in tags.Append((ushort)0).Append(ushort.MaxValue))
            {
                var expected = 0u;
                for (var slot = 0; slot < Bucket.Slots; slot++) expected |= tags[slot] == tag ? 1u << slot : 0;
                Assert.That(bucket.Match(tag), Is.EqualTo(expected));
            }
            Assert.That(Enumerable.Range(0, Bucket.Slots).Select(slot => bucket.Handle(slot)),
                Is.EqualTo(Enumerable.Range(0, Bucket.Slots).Select(s => -s)));
            Assert.That(Enumerable.Range(0, Bucket.Slots).Select(bucket.IsGuest), Is.EqualTo(guests));
        }
    }

    [Test]
    public void Match_of_tag_and_handle_tells_the_place_that_holds_both()
    {
        using var buckets = new BucketArray(1, new PagePool(new MemoryAccount(1 << 20), sharesPages: false));
        var (bucket, random) = (buckets[0], new Random(13));
        for (var round = 0; round < 5000; round++)
        {
            for (var slot = 0; slot < Bucket.Slots; slot++) bucket.Set(slot, (ushort)random.Next(3), random.Next(3), isGuest: false);
            for (var place = 0; place < 9; place++)
            {
                var (tag, handle, expected) = ((ushort)(place / 3), place % 3, 0u);
                for (var slot = 0; slot < Bucket.Slots; slot++)
                    expected |= bucket.Tag(slot) == tag && bucket.Handle(slot) == handle ? 1u << slot : 0;
                Assert.That(bucket.Match(tag, handle), Is.EqualTo(expected));
            }
        }
    }

    [Test]
    public void Strays_are_counted_by_the_class_of_their_tag_and_a_full_count_stays()
    {
        using var buckets = new BucketArray(1, new PagePool(new MemoryAccount(1 << 20), sharesPages: false));
        var bucket = buckets[0];
        bucket.AddStray(9);
        Assert.That(Enumerable.Range(0, 16).Where(tag => bucket.MayHaveStray((ushort)tag)), Is.EqualTo(new[] { 1, 9 }));
        bucket.RemoveStray(9);
        Assert.That(bucket.MayHaveStray(9), Is.False);
        for (var i = 0; i < 300; i++) bucket.AddStray(7);
        for (var i = 0; i < 299; i++) bucket.RemoveStray(7);
        Assert.That(bucket.MayHaveStray(7));
        Assert.That(Enumerable.Range(0, Bucket.Slots).Select(slot => (int)bucket.Tag(slot)), Is.All.Zero);
    }
}
