using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>From a sampled stream a model learns the rates of the whole one.</summary>
public class SubsampledTrainingTests
{
    private const int Users = 50, Items = 20, Seeds = 5;

    [Test]
    public async Task The_true_rate_is_served_from_a_tenth_of_the_negatives_and_by_pi(
        [Values("10 %", "by pi(x)", "by a pilot", "local case-control")] string kind,
        [Values(FeedbackCorrection.None, FeedbackCorrection.FakeNegativeCalibration, FeedbackCorrection.FakeNegativeWeighting)]
        FeedbackCorrection feedback)
    {
        var (served, kept, metrics) = await LearnAsync(kind, 60_000, seed: 1, feedback);
        Assert.That(served, Is.EqualTo(1).Within(0.06));
        Assert.That(kept, Is.LessThan(0.5));
        Assert.That(metrics.Calibration, Is.EqualTo(1).Within(0.06));
    }

    [Test, Category("Long"), Explicit("Takes some minutes, and prints the table of docs/results/sampling.md.")]
    public async Task The_true_rate_is_served_from_a_million_events()
    {
        TestContext.Out.WriteLine("| negatives kept | kept of all events | mean prediction / true rate | from the least to the greatest |");
        string[] kinds = ["all", "10 %", "1 %", "by pi(x)", "by a pilot", "local case-control", "10 %, weights", "1 %, weights"];
        foreach (var kind in kinds)
        {
            var ratios = new List<double>();
            var share = 0.0;
            for (var seed = 1; seed <= Seeds; seed++)
            {
                (var served, share, _) = await LearnAsync(kind, 1_000_000, seed, FeedbackCorrection.None);
                ratios.Add(served);
            }
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind} | {share:P1} | {ratios.Average():F3} | {ratios.Min():F3} to {ratios.Max():F3} |"));
            Assert.That(ratios.Average(), Is.EqualTo(1).Within(0.02), kind);
            // One in a hundred of the negatives leaves about 8,600, whose number alone spreads by 1.1 %.
            Assert.That(ratios, Is.All.EqualTo(1).Within(0.035), kind);
        }
    }

    // The mean prediction over users and items by the true rate, the share of events that is kept, and the metrics.
    private static async Task<(double Served, double Kept, MetricsSummary Metrics)> LearnAsync(
        string kind, int events, int seed, FeedbackCorrection feedback)
    {
        var optimizer = await OptimizerAsync(kind, events, seed, feedback);
        var fixture = new SamplingFixture(hasBuy: false, feedback, optimizer);
        using var tables = new EmbeddingTableSet(fixture.Schema, new() { Seed = 3, MemoryLimitBytes = 1 << 24 });
        using var model = new LogisticRegression(fixture.Schema, new() { Optimizer = optimizer, InitialBias = -2 });
        await using var trainer = new OnlineTrainer(tables, model, SourceOf(kind, fixture, events, seed, feedback));
        await trainer.RunAsync();
        var batch = new ExampleBatch(fixture.Schema);
        var truth = 0.0;
        for (var pair = 0; pair < Users * Items; pair++)
        {
            fixture.Encoder.Encode(new SampledEvent(1, 1, pair / Items, Users + pair % Items, 0), batch);
            truth += Rate(pair / Items, pair % Items) / (Users * Items);
        }
        var (layer, logits) = (new EmbeddingLayer(tables, fixture.Schema), new float[batch.Rows]);
        layer.Lookup(batch);
        model.Predict(new PredictContext(layer.Inputs, batch, logits));
        var total = trainer.Metrics.Total(fixture.Click);
        return (logits.Average(logit => (double)fixture.Click.Probability(logit)) / truth, trainer.Examples / total.Weight, total);
    }

    // The rate falls to the stream's end, so that what is compared is what was learned, and not the last steps' noise.
    private static async Task<AdagradOptions> OptimizerAsync(string kind, int events, int seed, FeedbackCorrection feedback)
    {
        var (fixture, steps) = (new SamplingFixture(hasBuy: false, feedback), 0L);
        await foreach (var batch in SourceOf(kind, fixture, events, seed, feedback).ReadAsync(default, CancellationToken.None))
        {
            steps++;
            batch.Dispose();
        }
        return new() { LearningRate = 0.5f, Schedule = new PolynomialDecay { Steps = steps, EndRate = 0.001f } };
    }

    private static ExampleSource SourceOf(string kind, SamplingFixture fixture, int events, int seed, FeedbackCorrection feedback)
    {
        var whole = fixture.Of(Events(events, seed, feedback != FeedbackCorrection.None), 200);
        return kind == "all" ? whole : whole.Subsampled(OptionsOf(kind, fixture));
    }

    private static SubsamplingOptions OptionsOf(string kind, SamplingFixture fixture)
    {
        var options = fixture.Options(kind.StartsWith("10 ", StringComparison.Ordinal) ? 0.1 : 0.01, seed: 11);
        if (kind.EndsWith("weights", StringComparison.Ordinal)) options.Correction = SubsamplingCorrection.Weight;
        if (kind == "by pi(x)") options.Negatives = (in ExampleView example) => example.Ids(fixture.User)[0] % 4 == 0 ? 0.3 : 0.05;
        if (kind is not ("by a pilot" or "local case-control")) return options;
        (options.UniformShare, options.LocalCaseControl, options.PositiveRate) = (0.1, kind[0] == 'l', 1);
        // A pilot that knows the items alone.
        options.Pilot = (examples, p) =>
        {
            for (var row = 0; row < p.Length; row++) p[row] = (float)Rate(Users / 2, (int)examples.Ids(fixture.Item)[row] - Users);
        };
        return options;
    }

    private static double Rate(int user, int item) => 1 / (1 + Math.Exp(3.2 - 0.03 * user - 0.06 * item));

    // Of fake negatives: each event is a negative, and some time later a positive too.
    private static IEnumerable<SampledEvent> Events(int count, int seed, bool isFake)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (user, item) = (random.Next(Users), random.Next(Items));
            var clicked = random.NextDouble() < Rate(user, item);
            if (isFake || !clicked) yield return new(i + 1, i, user, Users + item, 0);
            if (clicked) yield return new(i + 1, i, user, Users + item, 1);
        }
    }
}
