using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.SeveralTasks;

/// <summary>The guide's page on several tasks shows what is compiled here, and that does what the page says.</summary>
public class SeveralTasksPageTests
{
    // Of the first offer, and of the second: often clicked and seldom bought, and the other way round.
    private static readonly double[] Clicks = [0.5, 0.2], Purchases = [0.1, 0.3], Hours = [3, 12];

    private static readonly string[] Files = ["Offers", "OfferRows", "OfferScores"];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("several-tasks", "SeveralTasks", Files);

    [Test]
    public async Task Served_are_clicks_purchases_and_the_hours_until_them()
    {
        var offers = new Offers();
        using var tables = new EmbeddingTableSet(offers.Schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = offers.CreateModel();
        await using var trainer = new OnlineTrainer(tables, model, OfferRows.Of(offers, Rows));
        await trainer.RunAsync();
        Assert.That(model.ReportedTask, Is.EqualTo(offers.Purchase));
        Assert.That(trainer.Metrics.Total(offers.Purchase).Examples, Is.EqualTo(trainer.Examples / 2));
        await using var predictor = await LivePredictor.OpenAsync(trainer, offers.CreateModel);
        var served = OfferScores.Of(predictor, offers, user: 1, [0, 1]);
        for (var i = 0; i < 2; i++)
        {
            Assert.That(served[i].Offer, Is.EqualTo(i));
            Assert.That(served[i].Click, Is.EqualTo(Clicks[i]).Within(0.1));
            Assert.That(served[i].Purchase, Is.EqualTo(Purchases[i]).Within(0.07));
            Assert.That(served[i].Until.TotalHours, Is.EqualTo(Hours[i]).Within(0.3 * Hours[i]));
        }
    }

    // Whether an offer is bought is known of every second row, after up to two days.
    private static IEnumerable<OfferRow> Rows()
    {
        var random = new Random(1);
        for (var i = 0; i < 40_000; i++)
        {
            var (offer, wait) = (random.Next(2), TimeSpan.FromHours(48));
            var delay = TimeSpan.FromHours(-Hours[offer] * Math.Log(1 - random.NextDouble()));
            var isBought = random.NextDouble() < Purchases[offer] && delay < wait;
            var seen = DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(i);
            yield return new OfferRow(
                1, offer, random.NextDouble() < Clicks[offer], i % 2 == 0 ? isBought : null, isBought ? delay : wait, seen);
        }
    }
}
