using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>A predictor decides which negatives are kept.</summary>
public class PredictorPilotTests
{
    [Test]
    public async Task Negatives_are_kept_by_what_it_predicts()
    {
        var fixture = new SamplingFixture(hasBuy: false);
        using var tables = new EmbeddingTableSet(fixture.Schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new LogisticRegression(fixture.Schema);
        SampledEvent[] events = [.. Enumerable.Range(0, 700).Select(i => SamplingFixture.Event(i) with { Recent = [i % 3, i % 2] })];
        await using var trainer = new OnlineTrainer(tables, model, fixture.Of(events, 50));
        await trainer.RunAsync();
        await using var predictor = await LivePredictor.OpenAsync(trainer, () => new LogisticRegression(fixture.Schema));
        var options = fixture.Options(1);
        options.Pilot = predictor.ToPilot(fixture.Click);
        var offsets = new HashSet<float>();
        foreach (var batch in await SamplingFixture.ReadAsync(fixture.Of(events, 60).Subsampled(options)))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var view = new ExampleView(batch, row);
                var expected = Math.Clamp(Served(predictor, fixture, view), 0.001, 1);
                Assert.That(batch.LogitOffsets(fixture.Click)[row], Is.EqualTo(-Math.Log(expected)).Within(1e-5));
                offsets.Add(batch.LogitOffsets(fixture.Click)[row]);
            }
        }
        Assert.That(offsets, Has.Count.GreaterThan(20));
        var other = new SamplingFixture(hasBuy: false, FeedbackCorrection.FakeNegativeWeighting);
        Assert.That(() => predictor.ToPilot(other.Click)(new ExampleBatch(fixture.Schema), []), Throws.ArgumentException);
    }

    private static double Served(Predictor predictor, SamplingFixture fixture, ExampleView example)
    {
        using var request = predictor.Rent(1);
        request.Add().Ids(fixture.User, example.Ids(fixture.User)).Ids(fixture.Item, example.Ids(fixture.Item))
            .Ids(fixture.Recent, example.Ids(fixture.Recent));
        var scores = new float[1];
        predictor.Predict(request, scores);
        return scores[0];
    }
}
