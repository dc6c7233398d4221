using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Training.Slices;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>What was predicted when an example was served, scored in place of what the trainer predicts.</summary>
public class AsServedTests
{
    [TestCase(FeedbackCorrection.None)]
    [TestCase(FeedbackCorrection.FakeNegativeCalibration)]
    [TestCase(FeedbackCorrection.FakeNegativeWeighting)]
    [TestCase(FeedbackCorrection.DelayModel)]
    public void Rows_that_say_what_was_served_are_scored_by_it_and_others_by_the_logit(FeedbackCorrection correction)
    {
        var (schema, task) = Schema(correction);
        var random = new Random(3);
        var (batch, logits, mixed, served) = (new ExampleBatch(schema), new List<float>(), new List<float>(), 0);
        for (var row = 0; row < 5000; row++)
        {
            // The probability of a logit is one of 24 bits; FakeNegativeCalibration's are all 1 above 0.
            float logit = random.NextSingle() * 8 - 8.5f, other = random.NextSingle() * 6 - 3;
            var writer = batch.BeginExample().Label(task, random.Next(9) == 0 ? float.NaN : random.Next(4) == 0 ? 1f : 0);
            var isServed = random.Next(2) == 0;
            if (isServed) writer.ServedPrediction(task, task.Probability(logit));
            else if (random.Next(2) == 0) writer.ServedPrediction(task, float.NaN);
            if (random.Next(10) == 0) writer.Late();
            if (random.Next(3) == 0) writer.Weight(2);
            batch.EndRow();
            logits.Add(other);
            mixed.Add(isServed ? logit : other);
            if (isServed && !float.IsNaN(batch.Labels(task)[row]) && !batch.IsLate[row]) served++;
        }
        var (asServed, expected, own) = (Metrics(true), Metrics(false), Metrics(false));
        asServed.Add(batch, logits.ToArray());
        expected.Add(batch, mixed.ToArray());
        own.Add(batch, logits.ToArray());
        var (found, wanted) = (asServed.Total(task), expected.Total(task));
        Assert.That(found.AsServed, Is.EqualTo(served).And.GreaterThan(1000));
        Assert.That(found.Examples, Is.EqualTo(wanted.Examples).And.GreaterThan(served + 1000));
        Assert.That(found.LogLoss, Is.EqualTo(wanted.LogLoss).Within(1e-6));
        Assert.That(found.Calibration, Is.EqualTo(wanted.Calibration).Within(1e-6));
        Assert.That(found.Auc, Is.EqualTo(wanted.Auc).Within(1e-4));
        Assert.That(found.ExpectedCalibrationError, Is.EqualTo(wanted.ExpectedCalibrationError).Within(1e-4));
        Assert.That(own.Total(task).AsServed, Is.Zero);
        Assert.That(own.Total(task).LogLoss, Is.Not.EqualTo(wanted.LogLoss).Within(0.01));

        ProgressiveMetrics Metrics(bool isOn) => new(schema, new() { AsServed = isOn });
    }

    // Sure predictions lose no more than a logit of 16 does, and a model that was lost scores what was served.
    [Test]
    public void Certainty_is_finite_and_a_logit_that_is_none_does_not_matter()
    {
        foreach (var correction in new[] { FeedbackCorrection.None, FeedbackCorrection.FakeNegativeCalibration })
        {
            var (schema, task) = Schema(correction);
            var (batch, metrics) = (new ExampleBatch(schema), new ProgressiveMetrics(schema, new() { AsServed = true }));
            foreach (var (prediction, label) in new[] { (0f, 1f), (1, 0), (float.Epsilon, 1) })
            {
                batch.BeginExample().Label(task, label).ServedPrediction(task, prediction);
                batch.EndRow();
            }
            metrics.Add(batch, [float.NaN, float.NaN, float.NaN]);
            var total = metrics.Total(task);
            Assert.That((total.Examples, total.AsServed, total.Unscored), Is.EqualTo((3, 3, 0)));
            Assert.That(total.LogLoss, Is.InRange(8, 16.1));
        }
        Assert.That(
            () => new ExampleBatch(Schema(FeedbackCorrection.None).Schema).BeginExample()
                .ServedPrediction(Schema(FeedbackCorrection.None).Task, 1.1f),
            Throws.InstanceOf<ArgumentException>());
    }

    // A model that learns nothing, and is off: what was served was right.
    [Test]
    public async Task A_trainer_scores_slices_by_what_was_served_and_the_model_alone_by_its_own()
    {
        using var run = new SlicedRun(
            4000, configure: metrics => metrics.AsServed = true, served: n => n % 2 == 0 ? 0.25f : float.NaN, calibration: new());
        await run.Trainer.RunAsync();
        var (click, buy) = (run.Schema.Tasks[0], run.Schema.Tasks[1]);
        var total = run.Trainer.Metrics.Total(click);
        Assert.That((total.Examples, total.AsServed), Is.EqualTo((4000, 2000)));
        Assert.That(run.Trainer.Metrics.Total(buy).AsServed, Is.Zero);
        var countries = run.Trainer.SlicesOf(click).Where(slice => slice.Slot == "country").ToArray();
        Assert.That(countries.Sum(slice => slice.Total.AsServed), Is.EqualTo(2000));
        var loss = countries.Sum(slice => slice.Total.LogLoss * slice.Total.Weight);
        Assert.That(loss, Is.EqualTo(total.LogLoss * total.Weight).Within(1e-6));
        var own = run.Trainer.UncorrectedMetrics!.Total(click);
        Assert.That((own.Examples, own.AsServed), Is.EqualTo((4000, 0)));
        Assert.That(own.LogLoss, Is.GreaterThan(total.LogLoss + 0.05));
    }

    private static (FeatureSchema Schema, LabelTask Task) Schema(FeedbackCorrection correction)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Bias(new SgdOptions()));
        builder.Slot("s", "t");
        var task = builder.Task("y", new() { Correction = correction });
        return (builder.Build(), task);
    }
}
