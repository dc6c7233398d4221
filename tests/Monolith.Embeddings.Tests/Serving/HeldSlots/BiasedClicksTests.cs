using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving.HeldSlots;

/// <summary>What a position slot is for: clicks that came by the place do not count as relevance.</summary>
public class BiasedClicksTests : LeakChecked
{
    [Test]
    public async Task A_model_that_knows_the_places_ranks_by_relevance_and_one_that_does_not_ranks_by_the_place([Values(1, 2, 3)] int seed)
    {
        var (held, without) =
            (await BiasedClicks.RankedRightAsync(seed, hasPosition: true), await BiasedClicks.RankedRightAsync(seed, hasPosition: false));
        TestContext.Out.WriteLine($"pairs in the order of their relevance: {held:F3} with a position slot, {without:F3} without");
        Assert.That(held, Is.GreaterThan(0.85));
        Assert.That(without, Is.LessThan(0.5), "worse than chance");
    }
}
