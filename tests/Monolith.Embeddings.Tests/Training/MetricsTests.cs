using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

public class MetricsTests
{
    [Test]
    public void Agree_with_their_definitions([Values(1, 2, 3)] int seed, [Values] bool weighted)
    {
        var (schema, batch, logits) = RandomBatch(seed, rows: 2000, weighted);
        var task = schema.Tasks[0];
        var metrics = new ProgressiveMetrics(schema);
        metrics.Add(batch, logits);
        var summary = metrics.Total(task);
        double weight = 0, labels = 0, predictions = 0, loss = 0, pairs = 0, ordered = 0;
        for (var i = 0; i < batch.Rows; i++)
        {
            double p = 1 / (1 + Math.Exp(-logits[i])), y = batch.Labels(task)[i], w = batch.Weights[i];
            if (double.IsNaN(y)) continue;
            (weight, labels, predictions) = (weight + w, labels + w * y, predictions + w * p);
            loss -= w * (y * Math.Log(p) + (1 - y) * Math.Log(1 - p));
            for (var j = 0; j < batch.Rows; j++)
            {
                if (y != 1 || batch.Labels(task)[j] != 0) continue;
                pairs += w * batch.Weights[j];
                ordered += w * batch.Weights[j] * (logits[i] > logits[j] ? 1 : logits[i] == logits[j] ? 0.5 : 0);
            }
        }
        Assert.That(summary.Auc, Is.EqualTo(ordered / pairs).Within(2e-4));
        Assert.That(summary.LogLoss, Is.EqualTo(loss / weight).Within(1e-9));
        Assert.That(summary.Calibration, Is.EqualTo(predictions / labels).Within(1e-9));
        Assert.That(summary.PositiveRate, Is.EqualTo(labels / weight).Within(1e-9));
        Assert.That(summary.Weight, Is.EqualTo(weight).Within(1e-6));
    }

    [Test]
    public void Late_examples_are_not_scored()
    {
        var (schema, batch, logits) = RandomBatch(seed: 9, rows: 100, weighted: true, isLabelled: true);
        var metrics = new ProgressiveMetrics(schema);
        metrics.Add(batch, logits);
        var before = metrics.Total(schema.Tasks[0]);
        var late = new ExampleBatch(schema);
        for (var row = 0; row < 10; row++)
        {
            var writer = late.BeginExample().Label(schema.Tasks[0], row % 2 == 0);
            if (row != 7) writer.Late();
            late.EndRow();
        }
        metrics.Add(late, new float[10]);
        Assert.That(before.Examples, Is.EqualTo(100));
        Assert.That(metrics.Total(schema.Tasks[0]).Examples, Is.EqualTo(101));
    }

    [Test]
    public void A_window_ends_and_the_total_goes_on()
    {
        var (schema, batch, logits) = RandomBatch(seed: 4, rows: 100, weighted: false);
        var metrics = new ProgressiveMetrics(schema);
        metrics.Add(batch, logits);
        var first = metrics.Window(schema.Tasks[0]);
        metrics.ClearWindow();
        Assert.That(metrics.Window(schema.Tasks[0]).Examples, Is.Zero);
        metrics.Add(batch, logits);
        Assert.That(metrics.Window(schema.Tasks[0]), Is.EqualTo(first));
        Assert.That(metrics.Total(schema.Tasks[0]).Examples, Is.EqualTo(2 * first.Examples));
    }

    [Test]
    public void Extremes_are_counted_and_nonsense_is_not()
    {
        var (schema, batch, logits) = RandomBatch(seed: 5, rows: 4, weighted: false, isLabelled: true);
        (logits[0], logits[1], logits[2], logits[3]) = (float.NaN, float.PositiveInfinity, 1e30f, -1e30f);
        var metrics = new ProgressiveMetrics(schema);
        metrics.Add(batch, logits);
        var total = metrics.Total(schema.Tasks[0]);
        Assert.That(total.Examples, Is.EqualTo(2));
        Assert.That(double.IsFinite(total.LogLoss));
        Assert.That(() => metrics.Add(batch, logits.AsSpan(1)), Throws.ArgumentException.With.Message.Contains("need 4 logits; got 3"));
    }

    [Test]
    public void Equal_scores_are_ties()
    {
        var (schema, batch, logits) = RandomBatch(seed: 6, rows: 50, weighted: true);
        Array.Fill(logits, 0.25f);
        var metrics = new ProgressiveMetrics(schema);
        metrics.Add(batch, logits);
        Assert.That(metrics.Total(schema.Tasks[0]).Auc, Is.EqualTo(0.5).Within(1e-12));
    }

    private static (FeatureSchema Schema, ExampleBatch Batch, float[] Logits) RandomBatch(
        int seed, int rows, bool weighted, bool isLabelled = false)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Bias(new SgdOptions()));
        builder.Slot("s", "t");
        var task = builder.Task("y");
        var schema = builder.Build();
        var (random, batch, logits) = (new Random(seed), new ExampleBatch(schema), new float[rows]);
        for (var i = 0; i < rows; i++)
        {
            logits[i] = (float)(4 * random.NextDouble() - 2);
            var writer = batch.BeginExample();
            if (weighted) writer.Weight(random.NextSingle());
            if (isLabelled || random.Next(10) > 0) writer.Label(task, random.NextDouble() < 1 / (1 + Math.Exp(-logits[i])));
            batch.EndRow();
        }
        return (schema, batch, logits);
    }
}
