using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.DelayedFeedback;

/// <summary>The guide's page on labels that come late shows what is compiled here, and that does what the page says.</summary>
public class DelayedFeedbackPageTests
{
    // Of the first offer, and of the second.
    private static readonly double[] Rates = [0.2, 0.5];

    private static readonly string[] Files = ["Deals", "DealRows", "DealRates"];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("delayed-feedback", "DelayedFeedback", Files);

    [TestCase(FeedbackCorrection.FakeNegativeCalibration)]
    [TestCase(FeedbackCorrection.FakeNegativeWeighting)]
    public async Task What_is_served_is_the_share_of_offers_that_are_bought(FeedbackCorrection correction)
    {
        var deals = new Deals(correction);
        using var tables = new EmbeddingTableSet(deals.Schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = deals.CreateModel();
        await using var trainer = new OnlineTrainer(tables, model, DealRows.Of(deals, Rows));
        await trainer.RunAsync();
        Assert.That(DealRates.TrueRate(trainer.Metrics.Total(deals.Purchase)), Is.EqualTo(Rates.Average()).Within(0.02));
        await using var predictor = await LivePredictor.OpenAsync(trainer, deals.CreateModel);
        using var request = predictor.Rent(2);
        for (var offer = 0; offer < 2; offer++) request.Add().Id(deals.User, 1).Id(deals.Offer, offer);
        var served = new float[2];
        predictor.Predict(request, served);
        Assert.That(served[0], Is.EqualTo(Rates[0]).Within(0.08));
        Assert.That(served[1], Is.EqualTo(Rates[1]).Within(0.1));
    }

    private static IEnumerable<DealRow> Rows()
    {
        var (random, bought) = (new Random(1), new Queue<DealRow>());
        for (var i = 0; i < 40_000; i++)
        {
            var row = new DealRow(1, i % 2, IsBought: false, DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(i));
            yield return row;
            if (random.NextDouble() < Rates[row.Offer]) bought.Enqueue(row with { IsBought = true });
            // About a week later.
            if (bought.Count > 500) yield return bought.Dequeue();
        }
        // What was not bought yet when the stream ends is not bought for it.
    }
}
