using System.Text.RegularExpressions;
using Monolith.Embeddings.Snapshots;
using Programs.Tests;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Numbers;

/// <summary>The page of raw columns shows what is compiled here, and what is compiled here learns from prices and serves.</summary>
[NonParallelizable]
public partial class NumbersPageTests
{
    private static readonly string[] Files = ["PricedShop", "PriceProgram"];

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("numbers", "Numbers", Files);

    [Test]
    public async Task It_learns_which_prices_are_paid_and_by_whom()
    {
        var store = new MemorySnapshotStore();
        using (var console = new CapturedConsole())
        {
            await PriceProgram.TrainAsync(Views(20_000), store);
            var mean = Moments().Match(console.Output);
            Assert.That(console.Output, Does.Contain("19 bounds"));
            Assert.That(double.Parse(mean.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(20).Within(1));
        }
        // A user and an item that were never seen: the prices and the age decide.
        float[] prices = [5, 17, 35];
        var candidates = prices.Select(price => (Item: 999L, Price: price)).ToArray();
        var young = await PriceProgram.ScoreAsync(store, user: 777, age: 20, Start, candidates);
        var old = await PriceProgram.ScoreAsync(store, user: 777, age: 60, Start, candidates);
        var unknown = await PriceProgram.ScoreAsync(store, user: 777, age: null, Start, candidates);
        Assert.That(young[1], Is.GreaterThan(2 * young[0]).And.GreaterThan(2 * young[2]));
        Assert.That(old[1], Is.GreaterThan(young[1] + 0.05f));
        Assert.That(unknown[1], Is.Not.EqualTo(young[1]).And.Not.EqualTo(old[1]));
    }

    // Prices from 14 to 20 are paid, more often by people of 50 and more; one in 3,000 views has an absurd price.
    private static IEnumerable<PricedView> Views(int count)
    {
        var random = new Random(1);
        for (var n = 0; n < count; n++)
        {
            var (price, age) = (random.NextSingle() * 40, 18 + random.Next(60));
            var chance = price is < 14 or > 20 ? 0.05 : age < 50 ? 0.35 : 0.8;
            yield return new PricedView(random.Next(100), n % 5 == 0 ? null : age, random.Next(50), n % 3_000 == 7 ? 99_999 : price,
                Start.AddMinutes(n), random.NextDouble() < chance);
        }
    }

    [GeneratedRegex(@"\(([0-9.]+), ")]
    private static partial Regex Moments();
}
