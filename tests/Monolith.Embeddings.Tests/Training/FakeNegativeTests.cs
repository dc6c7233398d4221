using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Models;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Streams of fake negatives through trainer, metrics and predictions.</summary>
public class FakeNegativeTests
{
    private const int Ids = 4, Impressions = 60_000;

    // Of each id its true rate.
    private static readonly double[] Rates = [0.05, 0.1, 0.3, 0.8];

    [Test]
    public async Task Corrected_models_serve_the_true_rates_and_an_uncorrected_one_those_of_the_stream(
        [Values("lr", "fm", "deep")] string name,
        [Values(FeedbackCorrection.None, FeedbackCorrection.FakeNegativeCalibration, FeedbackCorrection.FakeNegativeWeighting)]
        FeedbackCorrection correction,
        [Values] bool isClipped)
    {
        var learningRate = name == "deep" ? 0.05f : 0.3f;
        var (schema, item) = Schema(correction, learningRate);
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 3, MemoryLimitBytes = 1 << 24 });
        using var model = ModelFixture.Create(name, schema, new AdagradOptions { LearningRate = learningRate });
        var source = ExampleSource.From(() => Stream(7), Encoder(schema, item), batchSize: 50);
        await using var trainer = new OnlineTrainer(tables, model, source, new() { ClipGlobalNorm = isClipped ? 5 : null });
        await trainer.RunAsync();
        await using var predictor = await LivePredictor.OpenAsync(trainer, () => ModelFixture.Create(name, schema));
        var served = Served(predictor, item);
        var expected = Rates.Select(rate => correction == FeedbackCorrection.None ? rate / (1 + rate) : rate).ToArray();
        Assert.That(served.Average(), Is.EqualTo(expected.Average()).Within(0.06 * expected.Average()));
        // Each by itself is learned from few positives.
        for (var id = 0; id < Ids; id++) Assert.That(served[id], Is.EqualTo(expected[id]).Within(0.4 * expected[id]), $"id {id}");
        // What is scored is the stream's: right on average under each of them.
        var total = trainer.Metrics.Total(schema.Tasks[0]);
        Assert.That(total.Calibration, Is.EqualTo(1).Within(0.02));
        Assert.That(total.PositiveRate / (1 - total.PositiveRate), Is.EqualTo(Rates.Average()).Within(0.01));
    }

    [Test]
    public void What_is_served_is_the_probability_of_the_task()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Bias(new SgdOptions()));
        builder.Slot("s", "t");
        var (plain, calibrated) = (builder.Task("a"), builder.Task("b", new() { Correction = FeedbackCorrection.FakeNegativeCalibration }));
        builder.Build();
        Assert.That((plain.Probability(0), plain.Probability(float.NaN)), Is.EqualTo((0.5f, float.NaN)));
        Assert.That((calibrated.Probability(0.5f), calibrated.Probability(float.NaN)), Is.EqualTo((1f, float.NaN)));
        Assert.That(calibrated.Probability(-2), Is.EqualTo(Math.Exp(-2)).Within(1e-7));
    }

    [Test]
    public void Weighted_negatives_are_scored_as_the_stream_shows_them()
    {
        var (random, logits) = (new Random(4), new float[500]);
        foreach (ref var logit in logits.AsSpan()) logit = random.NextSingle() * 8 - 6;
        var stream = logits.Select(logit => (float)-Math.Log(1 + Math.Exp(-logit))).ToArray();
        var (weighted, calibrated) = (Score(FeedbackCorrection.FakeNegativeWeighting, logits),
            Score(FeedbackCorrection.FakeNegativeCalibration, stream));
        Assert.That(weighted.LogLoss, Is.EqualTo(calibrated.LogLoss).Within(1e-6));
        Assert.That(weighted.Calibration, Is.EqualTo(calibrated.Calibration).Within(1e-5));
        Assert.That(weighted.Auc, Is.EqualTo(calibrated.Auc).Within(1e-3));
        Assert.That(Score(FeedbackCorrection.None, stream), Is.EqualTo(calibrated));
        Assert.That(Score(FeedbackCorrection.FakeNegativeWeighting, [.. logits.Select(_ => float.NaN)]).Unscored, Is.EqualTo(500));
    }

    [Test]
    public void A_trainer_refuses_a_model_that_does_not_learn_as_the_task_says()
    {
        var (schema, item) = Schema(FeedbackCorrection.FakeNegativeWeighting);
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new HookedModel(ModelFixture.Create("lr", schema));
        var source = ExampleSource.From(() => Stream(1), Encoder(schema, item), batchSize: 100);
        Assert.That(() => new OnlineTrainer(tables, model, source), Throws.InstanceOf<NotSupportedException>()
            .With.Message.Contains("'act' FakeNegativeWeighting").And.Message.Contains("SupportsCorrection"));
        Assert.That(() => new OnlineTrainer(tables, ModelFixture.Create("lr", schema), source), Throws.Nothing);
    }

    [Test]
    public void Schemas_that_differ_in_a_correction_say_so()
    {
        var (one, other) = (Schema(FeedbackCorrection.None).Schema, Schema(FeedbackCorrection.DelayModel).Schema);
        Assert.That(one.Matches(other), Is.False);
        Assert.That(one.DifferencesFrom("the model's", other, "the source's"),
            Does.Contain("act (DelayModel, in units of 01:00:00)"));
        Assert.That(() => new ExampleBatch(one).Labels(other.Tasks[0]), Throws.ArgumentException);
    }

    private static MetricsSummary Score(FeedbackCorrection correction, float[] logits)
    {
        var (schema, item) = Schema(correction);
        var (random, batch, metrics) = (new Random(5), new ExampleBatch(schema), new ProgressiveMetrics(schema));
        for (var row = 0; row < logits.Length; row++)
        {
            batch.BeginExample().Id(item, 0).Label(schema.Tasks[0], random.Next(3) == 0).Weight(random.NextSingle());
            batch.EndRow();
        }
        metrics.Add(batch, logits);
        return metrics.Total(schema.Tasks[0]);
    }

    private static double[] Served(Predictor predictor, FeatureSlot item)
    {
        using var request = predictor.Rent(Ids);
        for (var id = 0; id < Ids; id++) request.Add().Id(item, id);
        var scores = new float[Ids];
        predictor.Predict(request, scores);
        return [.. scores];
    }

    // A negative at once, and for its share of the impressions a positive some time later.
    private static IEnumerable<(int Id, bool Acted)> Stream(int seed)
    {
        var (random, open) = (new Random(seed), new PriorityQueue<int, double>());
        for (var i = 0; i < Impressions; i++)
        {
            while (open.TryPeek(out var id, out var time) && time <= i) yield return (open.Dequeue(), true);
            var next = random.Next(Ids);
            yield return (next, false);
            if (random.NextDouble() < Rates[next]) open.Enqueue(next, i - 200 * Math.Log(1 - random.NextDouble()));
        }
    }

    private static ExampleEncoder<(int Id, bool Acted)> Encoder(FeatureSchema schema, FeatureSlot item) =>
        new(schema, (in (int Id, bool Acted) row, ExampleWriter w) => w.Id(item, row.Id).Label(schema.Tasks[0], row.Acted));

    private static (FeatureSchema Schema, FeatureSlot Item) Schema(FeedbackCorrection correction, float learningRate = 0.3f)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new AdagradOptions { LearningRate = learningRate }).Vector(4, new AdagradOptions()));
        var item = builder.Slot("item", "items");
        builder.Slot("other", "items");
        builder.Task("act", new() { Correction = correction });
        return (builder.Build(), item);
    }
}
