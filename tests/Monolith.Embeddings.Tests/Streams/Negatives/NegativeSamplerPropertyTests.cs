using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>Random streams, every row against the oracle.</summary>
public class NegativeSamplerPropertyTests : LeakChecked
{
    private readonly SamplerFixture _f = new();

    [Test]
    public async Task Each_row_is_what_it_may_be([Values(0, 0.5, 0.75, 1)] double power, [Range(0, 14)] int seed)
    {
        var random = new Random(seed);
        var options = _f.Options;
        (options.Power, options.PerPositive, options.Window) = (power, random.Next(1, 8), random.Next(6));
        options.MaxItems = random.Next(3) == 0 ? random.Next(1, 15) : 1000;
        if (random.Next(3) == 0) options.ItemAge = TimeSpan.FromSeconds(random.Next(5, 120));
        if (power > 0 && random.Next(2) == 0) options.HalfLife = TimeSpan.FromSeconds(random.Next(1, 100));
        options.Seed = (ulong)seed;
        await CheckAsync(options, SamplerFixture.Random(seed, 600, items: random.Next(2, 60)), random.Next(1, 40));
    }

    [Test]
    public async Task Every_case_is_met()
    {
        var options = _f.Options;
        (options.MaxItems, options.ItemAge) = (12, TimeSpan.FromSeconds(60));
        var met = await CheckAsync(options, SamplerFixture.Random(1, 4000), 7);
        Assert.That(met.Keys, Is.EquivalentTo(new[]
        {
            "new", "known", "few", "enough", "window", "empty window", "evicted", "expired", "request over two batches",
        }));
    }

    [Test]
    public async Task Nearly_all_items_may_be_rejected([Values(0, 0.5, 1)] double power)
    {
        var options = _f.Options;
        (options.Power, options.Window, options.PerPositive) = (power, 200, 3);
        // One item has nearly all the weight, and is in every window.
        var events = Enumerable.Range(0, 3000).Select(i => SamplerFixture.Plain(i % 20 == 0 ? i % 7 : 100, i, user: i % 2)).ToList();
        await CheckAsync(options, events, 50);
    }

    [Test]
    public async Task Counts_fade_over_thousands_of_half_lives()
    {
        var options = _f.Options;
        (options.Power, options.HalfLife) = (0.5, TimeSpan.FromSeconds(1));
        // The oracle's own numbers reach 2^-1000: the last hundred seconds are looked at.
        var events = Enumerable.Range(0, 2000).Select(i => SamplerFixture.Plain(i % 5, 1_000_000 + (i * 400L))).ToList();
        await CheckAsync(options, events, 50);
    }

    private async Task<Dictionary<string, int>> CheckAsync(NegativeSamplerOptions options, List<SampledEvent> events, int batchSize)
    {
        var oracle = new SamplerOracle(options);
        var source = _f.Source(events, batchSize);
        var sampler = source.WithNegatives(options);
        await using var plain = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        var at = 0;
        await foreach (var batch in sampler.ReadAsync(default, CancellationToken.None))
        {
            Assert.That(await plain.MoveNextAsync(), Is.True);
            var before = plain.Current;
            Assert.That(batch.Position, Is.EqualTo(before.Position));
            oracle.Check(events.GetRange(at, before.Rows), SampledRow.Of(_f, before), SampledRow.Of(_f, batch));
            at += before.Rows;
            before.Dispose();
            batch.Dispose();
        }
        Assert.That(at, Is.EqualTo(events.Count));
        return oracle.Met;
    }
}
