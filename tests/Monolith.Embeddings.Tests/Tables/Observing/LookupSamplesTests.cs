using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tests.Tables.Observing;

public class LookupSamplesTests
{
    [Test]
    public void One_id_in_1024_is_sampled_in_every_stripe()
    {
        const int Ids = 4_000_000, Stripes = 64;
        var sampled = new int[Stripes];
        for (var id = 0L; id < Ids; id++)
        {
            var hash = KeyMixer.Mix((ulong)id);
            if (LookupSamples.IsSampled(hash)) sampled[StripeChoice.Of(hash, Stripes)]++;
        }
        // 61 expected in each, with a deviation of 7.8.
        Assert.That(sampled, Is.All.InRange(20, 105));
        Assert.That(sampled.Sum(), Is.EqualTo(Ids / 1024).Within(5 * Math.Sqrt(Ids / 1024)));
    }

    [Test]
    public void Samples_stand_for_the_lookups_since_the_newest_that_was_forgotten()
    {
        using var samples = new LookupSamples(3, new MemoryAccount(1 << 20));
        Assert.That(samples.Lookups(50), Is.EqualTo(50));
        foreach (var at in new long[] { 10, 20, 30 }) samples.Add(100 + at, at);
        Assert.That((samples.Count, samples.Lookups(50)), Is.EqualTo((3, 50L)));
        samples.Add(140, 40);
        Assert.That((samples.Count, samples[0], samples[2], samples.Lookups(50)), Is.EqualTo((3, 140L, 120L, 40L)));
        samples.Add(150, 50);
        Assert.That((samples.Count, samples[0], samples[2], samples.Lookups(50)), Is.EqualTo((3, 150L, 130L, 30L)));
    }
}
