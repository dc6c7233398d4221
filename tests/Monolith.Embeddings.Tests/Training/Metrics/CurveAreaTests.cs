using Microsoft.Extensions.Options;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>Areas under curves and their stated errors, against sorting and counting.</summary>
public class CurveAreaTests
{
    [Test]
    public void Binned_areas_are_off_by_no_more_than_they_say([Values] StreamKind kind, [Range(1, 5)] int seed)
    {
        var stream = ScoredStream.Of(kind, seed, count: 300);
        var summary = Summary(stream, new MetricsOptions());
        Assert.That(Math.Abs(summary.Auc - stream.Auc()), Is.LessThanOrEqualTo(summary.AucError + 1e-12));
        Assert.That(Math.Abs(summary.PrAuc - stream.AveragePrecision()), Is.LessThanOrEqualTo(summary.PrAucError + 1e-12));
        Assert.That(summary.AucError, Is.InRange(0.0, 0.5));
        Assert.That(summary.PrAucError, Is.InRange(0.0, 1.0));
        if (kind != StreamKind.Wide) return;
        Assert.That(summary.AucError, Is.LessThan(0.002));
        Assert.That(summary.PrAucError, Is.LessThan(0.005));
    }

    // So the bound cannot be less.
    [Test]
    public void A_stream_within_one_bin_is_off_by_as_much_as_is_said()
    {
        var (above, below) = (ScoredStream.Of(StreamKind.OneBinInOrder, 1, 400), ScoredStream.Of(StreamKind.OneBinReversed, 1, 400));
        foreach (var (stream, exact) in new[] { (above, 1.0), (below, 0.0) })
        {
            var summary = Summary(stream, new MetricsOptions());
            Assert.That((summary.Auc, summary.AucError), Is.EqualTo((0.5, 0.5)));
            Assert.That(stream.Auc(), Is.EqualTo(exact));
        }
        Assert.That(above.AveragePrecision(), Is.EqualTo(1));
        Assert.That((Summary(above, new()).PrAuc, Summary(above, new()).PrAucError), Is.EqualTo((0.5, 0.5)));
    }

    [Test]
    public void Areas_of_a_window_are_exact_where_that_was_asked_for([Values] StreamKind kind, [Range(1, 3)] int seed)
    {
        var stream = ScoredStream.Of(kind, seed, count: 300);
        var metrics = new ProgressiveMetrics(stream.Schema, new() { ExactWindowExamples = 300 });
        for (var window = 0; window < 2; window++)
        {
            metrics.Add(stream.Batch, stream.Logits);
            var summary = metrics.Window(stream.Task);
            Assert.That(summary.Auc, Is.EqualTo(stream.Auc()).Within(1e-12));
            Assert.That(summary.PrAuc, Is.EqualTo(stream.AveragePrecision()).Within(1e-12));
            Assert.That((summary.AucError, summary.PrAucError), Is.EqualTo((0.0, 0.0)));
            metrics.ClearWindow();
        }
        Assert.That(metrics.Total(stream.Task), Is.EqualTo(Twice(stream)));
    }

    [Test]
    public void A_window_of_more_examples_has_the_binned_areas_and_the_next_is_exact_again()
    {
        var stream = ScoredStream.Of(StreamKind.Clusters, 4, count: 300);
        var metrics = new ProgressiveMetrics(stream.Schema, new() { ExactWindowExamples = 299 });
        metrics.Add(stream.Batch, stream.Logits);
        Assert.That(metrics.Window(stream.Task), Is.EqualTo(Summary(stream, new MetricsOptions())));
        Assert.That(metrics.Window(stream.Task).AucError, Is.GreaterThan(0));
        metrics.ClearWindow();
        var less = ScoredStream.Of(StreamKind.Clusters, 4, count: 299);
        metrics.Add(less.Batch, less.Logits);
        Assert.That(metrics.Window(less.Task).Auc, Is.EqualTo(less.Auc()).Within(1e-12));
        Assert.That(metrics.Window(less.Task).AucError, Is.Zero);
    }

    [Test]
    public void Normalized_entropy_compares_with_always_predicting_the_mean()
    {
        var stream = ScoredStream.Of(StreamKind.Wide, 8, count: 500);
        var summary = Summary(stream, new MetricsOptions());
        var rate = stream.Rows.Sum(r => (double)r.Weight * r.Label) / stream.Rows.Sum(r => (double)r.Weight);
        var entropy = -(rate * Math.Log(rate)) - ((1 - rate) * Math.Log(1 - rate));
        Assert.That(summary.NormalizedEntropy, Is.EqualTo(stream.LogLoss() / entropy).Within(1e-9));
        Assert.That(summary.NormalizedEntropy, Is.InRange(0.3, 0.95));
        // Nothing to compare with.
        var none = new ProgressiveMetrics(stream.Schema);
        Assert.That(none.Total(stream.Task).NormalizedEntropy, Is.NaN);
        Assert.That(none.Total(stream.Task).PrAuc, Is.NaN);
        Assert.That(none.Total(stream.Task).ExpectedCalibrationError, Is.NaN);
    }

    [Test]
    public void Nothing_is_allocated_once_a_window_was_full()
    {
        var stream = ScoredStream.Of(StreamKind.Wide, 8, count: 500);
        var (logits, metrics) = (stream.Logits, new ProgressiveMetrics(stream.Schema, new() { ExactWindowExamples = 400 }));
        for (var i = 0; i < 2; i++) Window();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Window();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Window()
        {
            metrics.Add(stream.Batch, logits);
            metrics.ClearWindow();
        }
    }

    [Test]
    public void Numbers_that_mean_nothing_are_refused()
    {
        var stream = ScoredStream.Of(StreamKind.Wide, 8, count: 5);
        Assert.That(() => new ProgressiveMetrics(stream.Schema, new() { ExactWindowExamples = -1 }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("ExactWindowExamples"));
        foreach (var count in new[] { 0, 1001 })
        {
            Assert.That(() => new ProgressiveMetrics(stream.Schema).WindowBuckets(stream.Task, count),
                Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    private static MetricsSummary Summary(ScoredStream stream, MetricsOptions options)
    {
        var metrics = new ProgressiveMetrics(stream.Schema, options);
        metrics.Add(stream.Batch, stream.Logits);
        return metrics.Window(stream.Task);
    }

    private static MetricsSummary Twice(ScoredStream stream)
    {
        var metrics = new ProgressiveMetrics(stream.Schema);
        for (var i = 0; i < 2; i++) metrics.Add(stream.Batch, stream.Logits);
        return metrics.Total(stream.Task);
    }
}
