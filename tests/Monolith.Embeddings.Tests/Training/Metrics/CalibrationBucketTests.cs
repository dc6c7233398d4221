using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>Buckets of the prediction, against summing the examples that lie between their bounds.</summary>
public class CalibrationBucketTests
{
    // What the middle of a bin is off by in probability, and a little for rounding a logit into it.
    private const double Accuracy = 1.3e-4;

    [Test]
    public void Each_bucket_sums_the_examples_between_its_bounds(
        [Values] StreamKind kind, [Range(1, 3)] int seed, [Values(1, 7, 20, 1000)] int count)
    {
        var stream = ScoredStream.Of(kind, seed, count: 400);
        var buckets = Buckets(stream, count);
        var total = stream.Rows.Sum(r => (double)r.Weight);
        Assert.That(buckets.Sum(bucket => bucket.Weight), Is.EqualTo(total).Within(1e-6));
        Assert.That(buckets, Has.Count.InRange(1, count));
        var (rows, at) = (stream.Rows.Where(r => r.Weight > 0).OrderBy(r => r.Logit).ToArray(), 0);
        foreach (var bucket in buckets)
        {
            double weight = 0, labels = 0, predictions = 0;
            // Those that fill its weight, in order; the sums are of floats, exact except for the last digits.
            while (at < rows.Length && weight < bucket.Weight - 1e-6)
            {
                var (logit, label, own) = rows[at++];
                (weight, labels) = (weight + own, labels + own * (double)label);
                predictions += own * ScoredStream.Sigmoid(logit);
                Assert.That(ScoredStream.Sigmoid(logit), Is.InRange(bucket.From - Accuracy, bucket.To + Accuracy));
            }
            Assert.That(bucket.Weight, Is.EqualTo(weight).Within(1e-6));
            Assert.That(bucket.MeanLabel, Is.EqualTo(labels / weight).Within(1e-6));
            Assert.That(bucket.MeanPrediction, Is.EqualTo(predictions / weight).Within(Accuracy));
        }
        Assert.That(at, Is.EqualTo(rows.Length));
    }

    [Test]
    public void Buckets_of_a_wide_stream_weigh_alike()
    {
        var stream = ScoredStream.Of(StreamKind.Wide, 5, count: 4000);
        var buckets = Buckets(stream, 10);
        var share = buckets.Sum(bucket => bucket.Weight) / 10;
        Assert.That(buckets, Has.Count.EqualTo(10));
        Assert.That(buckets.Select(bucket => bucket.Weight), Is.All.EqualTo(share).Within(0.02 * share));
        Assert.That(buckets.Select(bucket => bucket.From), Is.Ordered.Ascending);
    }

    // Twice the odds: the mean over buckets is 0.5 at one end, and not where all is summed.
    [Test]
    public void The_expected_error_sees_what_the_sum_does_not()
    {
        var stream = ScoredStream.Of(StreamKind.Wide, 5, count: 4000);
        var (right, steep) = (new ProgressiveMetrics(stream.Schema), new ProgressiveMetrics(stream.Schema));
        right.Add(stream.Batch, stream.Logits);
        steep.Add(stream.Batch, [.. stream.Logits.Select(logit => 3 * logit)]);
        Assert.That(steep.Total(stream.Task).Calibration, Is.EqualTo(1).Within(0.1));
        Assert.That(right.Total(stream.Task).ExpectedCalibrationError, Is.LessThan(0.06));
        Assert.That(steep.Total(stream.Task).ExpectedCalibrationError, Is.GreaterThan(0.1));
        var buckets = steep.TotalBuckets(stream.Task);
        var error = buckets.Sum(b => b.Weight * Math.Abs(b.MeanPrediction - b.MeanLabel)) / buckets.Sum(b => b.Weight);
        Assert.That(steep.Total(stream.Task).ExpectedCalibrationError, Is.EqualTo(error).Within(1e-12));
    }

    private static IReadOnlyList<CalibrationBucket> Buckets(ScoredStream stream, int count)
    {
        var metrics = new ProgressiveMetrics(stream.Schema);
        metrics.Add(stream.Batch, stream.Logits);
        return metrics.WindowBuckets(stream.Task, count);
    }
}
