using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Memory;

public class NativeRingTests : LeakChecked
{
    [Test]
    public void The_newest_items_are_kept_newest_first([Values(1, 2, 7)] int capacity)
    {
        var account = new MemoryAccount(1 << 20);
        using var ring = new NativeRing<long>(capacity, account);
        for (var added = 1; added <= 30; added++)
        {
            ring.Add(added);
            long[] kept = [.. Enumerable.Range(0, ring.Count).Select(age => ring[age])];
            Assert.That(kept, Is.EqualTo(Enumerable.Range(0, Math.Min(added, capacity)).Select(age => (long)added - age)));
            Assert.That(ring.IsFull, Is.EqualTo(added >= capacity));
        }
        Assert.That((ring.Bytes, account.Bytes), Is.EqualTo((8L * capacity, 8L * capacity)));
        Assert.That(() => ring[capacity], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ring[-1], Throws.InstanceOf<ArgumentOutOfRangeException>());
        ring.Dispose();
        Assert.That((ring.Count, account.Bytes), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void A_ring_of_no_places_keeps_nothing_and_takes_no_memory()
    {
        var account = new MemoryAccount(1 << 20);
        using var ring = new NativeRing<long>(0, account);
        ring.Add(1);
        Assert.That((ring.Count, ring.Bytes, account.Bytes), Is.EqualTo((0, 0L, 0L)));
    }
}
