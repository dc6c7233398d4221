using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Tasks;

/// <summary>The built-in models learn chances and delays of a stream whose truth is known, from waits that end too early.</summary>
public class LearnedDelaysTests
{
    private static readonly SyntheticFeedbackStreamOptions Truth = new()
    {
        EventCount = 400_000,
        EventsPerSecond = 100,
        BaseActionRate = 0.1,
        MeanDelay = TimeSpan.FromMinutes(1),
        Seed = 4,
    };

    private readonly SyntheticFeedbackStream _stream = new(Truth);

    [Test]
    public async Task Rates_are_true_with_a_window_of_five_mean_delays([Values("lr", "deep")] string name)
    {
        var (rate, delay) = await LearnAsync(name, FeedbackCorrection.DelayModel, meanDelays: 5);
        TestContext.Out.WriteLine($"{name}: {rate:F4} of the true rate, {delay:F3} of the true delay");
        Assert.That(rate, Is.EqualTo(1).Within(0.02));
        Assert.That(delay, Is.EqualTo(1).Within(0.1));
    }

    /// <summary>The same stream is a tenth short where what comes after the wait is taken to come never.</summary>
    [Test]
    public async Task A_wait_of_two_mean_delays_misses_actions_that_the_delay_model_does_not()
    {
        var (missed, _) = await LearnAsync("lr", FeedbackCorrection.None, meanDelays: 2);
        var (rate, _) = await LearnAsync("lr", FeedbackCorrection.DelayModel, meanDelays: 2);
        TestContext.Out.WriteLine($"{missed:F4} and {rate:F4} of the true rate");
        Assert.That(missed, Is.LessThan(0.9));
        Assert.That(rate, Is.EqualTo(1).Within(0.06));
    }

    /// <summary>
    /// What is learned by the truth: the mean chance of an action as predicted before each impression is learned, in the second half; and
    /// the mean delay at the end.
    /// </summary>
    private async Task<(double Rate, double Delay)> LearnAsync(string name, FeedbackCorrection correction, double meanDelays)
    {
        var heads = correction == FeedbackCorrection.DelayModel ? 2 : 1;
        var builder = new FeatureSchemaBuilder();
        foreach (var table in (string[])["users", "items"])
        {
            builder.Table(table, row => row.Bias(new AdagradOptions { LearningRate = 0.1f }, heads: heads)
                .Vector(4, new AdagradOptions { LearningRate = 0.02f }));
        }
        var (user, item) = (builder.Slot("user", "users"), builder.Slot("item", "items"));
        var act = builder.Task("act", new() { Correction = correction, DelayUnit = Truth.MeanDelay });
        var schema = builder.Build();
        var encoder = new ExampleEncoder<Emission>(schema, (in Emission shown, ExampleWriter w) => w
            .Id(user, shown.User).Id(item, shown.Item).Label(act, shown.IsPositive).Delay(act, shown.Delay).At(shown.Time));
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1 << 27 });
        using var model = ModelFixture.Create(name, schema, new AdagradOptions { LearningRate = 0.02f }, [16], o => o.InitialBias = -2);
        var emissions = Emissions(meanDelays * Truth.MeanDelay);
        var (rows, served, truth) = (0, 0.0, 0.0);
        await using var trainer = new OnlineTrainer(
            tables, model, ExampleSource.From(() => emissions, encoder, 100), new() { Scored = Score });
        await trainer.RunAsync();
        return (served / truth, Delay(tables, model, user, item));

        void Score(ExampleBatch batch, ReadOnlySpan<float> logits)
        {
            for (var i = 0; i < logits.Length; i++, rows++)
            {
                if (rows > emissions.Count / 2)
                    (served, truth) = (served + Logistic.Sigmoid(logits[i]), truth + emissions[rows].Probability);
            }
        }
    }

    // Weighed by the chance of an action: where none comes, there is nothing to learn a delay from.
    private double Delay(EmbeddingTableSet tables, BuiltInModel model, FeatureSlot user, FeatureSlot item)
    {
        var (layer, batch) = (new EmbeddingLayer(tables, model.Schema), new FeatureBatch(model.Schema));
        var (outputs, logits, difference, weight) = (new ModelOutputBlocks(model), new float[1000], 0.0, 0.0);
        if (outputs.Outputs.Count == 0) return double.NaN;
        outputs.Resize(logits.Length);
        foreach (var shown in _stream.ReadImpressions().Take(20_000).Chunk(logits.Length))
        {
            batch.Clear();
            foreach (var one in shown)
            {
                batch.BeginRow().Id(user, one.User).Id(item, one.Item);
                batch.EndRow();
            }
            layer.Lookup(batch);
            model.Predict(new PredictContext(layer.Inputs, batch, logits) { Outputs = outputs });
            for (var row = 0; row < shown.Length; row++)
            {
                difference += shown[row].Probability * (-outputs.Block(0)[row] - Math.Log(shown[row].MeanDelay / Truth.MeanDelay));
                weight += shown[row].Probability;
            }
        }
        return Math.Exp(difference / weight);
    }

    // A positive when the action comes, a negative when the wait ends without one; as long as there are new impressions.
    private List<Emission> Emissions(TimeSpan wait) =>
    [
        .. _stream.ReadImpressions().Select(shown =>
        {
            var delay = shown.ActionTime - shown.Time;
            var isPositive = delay <= wait;
            var waited = isPositive ? delay!.Value : wait;
            return new Emission(shown.User, shown.Item, isPositive, waited, shown.Time + waited, shown.Probability);
        }).Where(emission => emission.Time <= _stream[Truth.EventCount - 1].Time).OrderBy(emission => emission.Time),
    ];

    private readonly record struct Emission(long User, long Item, bool IsPositive, TimeSpan Delay, DateTimeOffset Time, double Probability);
}
