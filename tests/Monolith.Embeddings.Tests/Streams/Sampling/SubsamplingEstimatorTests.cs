using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>What models learn from sampled rows: the offset against weights, and the identities behind both.</summary>
public class SubsamplingEstimatorTests
{
    [Test]
    public async Task The_offset_is_unbiased_and_spreads_less_than_weights()
    {
        var (offset, weights) = await CompareAsync(seeds: 20, "good");
        Assert.That(offset.MeanSquaredError, Is.LessThan(weights.MeanSquaredError));
        // Of 20 estimates; their mean spreads by a fifth.
        Assert.That(offset.LargestBias, Is.LessThan(0.25));
        Assert.That(offset.Calibration, Is.EqualTo(1).Within(0.02));
        Assert.That(weights.Calibration, Is.EqualTo(1).Within(0.05));
    }

    [Test, Category("Long"), Explicit("Takes about a minute, and prints the table of docs/results/sampling.md.")]
    public async Task Two_hundred_estimates_by_offsets_and_by_weights()
    {
        TestContext.Out.WriteLine("| pilot | correction | bias of the intercept | largest bias | sum of variances | MSE | calibration |");
        foreach (var pilot in new[] { "good", "none", "poor", "good, model too simple", "poor, model too simple" })
        {
            var (offset, weights) = await CompareAsync(seeds: 200, pilot);
            TestContext.Out.WriteLine($"| {pilot} | offset | {offset}");
            TestContext.Out.WriteLine($"| | weights | {weights}");
            if (pilot.EndsWith("simple", StringComparison.Ordinal)) continue;
            Assert.That(offset.MeanSquaredError, Is.LessThan(weights.MeanSquaredError), pilot);
            Assert.That(offset.LargestBias, Is.LessThan(0.1), pilot);
            // A poor pilot's estimates spread more, and the mean of their exponentials is above that of the truth.
            Assert.That(offset.Calibration, Is.EqualTo(1).Within(pilot == "poor" ? 0.06 : 0.02), pilot);
        }
    }

    [Test]
    public async Task On_kept_rows_the_mean_prediction_with_the_offset_is_the_mean_label([Values(1, 2, 3)] int seed)
    {
        var events = new RareEvents(seed);
        var (_, uniform) = await events.FitAsync(null, SubsamplingCorrection.LogitOffset, (ulong)seed);
        var (_, piloted) = await events.FitAsync(events.FitPilot(), SubsamplingCorrection.LogitOffset, (ulong)seed);
        Assert.That(uniform, Is.Zero.Within(1e-6));
        Assert.That(piloted, Is.Zero.Within(1e-6));
    }

    [Test]
    public async Task The_offset_in_training_is_the_correction_in_serving()
    {
        // One negative in 1 / w, and the rate that they were chosen for.
        const double Rate = 0.011986775, Kept = Rate / (1 - Rate), Sampled = 0.49952;
        var fixture = new SamplingFixture();
        var batch = (await SamplingFixture.ReadAsync(fixture.Events(4, 4).Subsampled(fixture.Options(Kept))))[0];
        var offset = batch.LogitOffsets(fixture.Click)[0];
        Assert.That(Kept, Is.EqualTo(0.0121322).Within(5e-8));
        Assert.That(Served(Sampled, offset), Is.EqualTo(0.0119641).Within(5e-8));
        for (var p = 0.001; p < 1; p += 0.037)
        {
            foreach (var w in new[] { 1, 0.3, 0.01, 1e-4 })
                Assert.That(Served(p, -Math.Log(w)), Is.EqualTo(p / (p + (1 - p) / w)).Within(1e-12), $"p {p}, w {w}");
        }
    }

    private static double Served(double sampled, double offset) => Logistic.Sigmoid(Math.Log(sampled / (1 - sampled)) - offset);

    private static async Task<(EstimatorSummary Offset, EstimatorSummary Weights)> CompareAsync(int seeds, string pilot)
    {
        var (offset, weights) = (new EstimatorSummary(), new EstimatorSummary());
        for (var seed = 0; seed < seeds; seed++)
        {
            var events = new RareEvents(seed, pilot.EndsWith("simple", StringComparison.Ordinal) ? 2 : 0);
            var fitted = pilot == "none" ? null : events.FitPilot();
            // The right rate, and the wrong way round.
            if (pilot.StartsWith("poor", StringComparison.Ordinal)) fitted = [-4.2, .. fitted!.Skip(1).Select(b => -b / 2)];
            await AddAsync(offset, events, fitted, SubsamplingCorrection.LogitOffset, seed);
            await AddAsync(weights, events, fitted, SubsamplingCorrection.Weight, seed);
        }
        return (offset, weights);
    }

    private static async Task AddAsync(
        EstimatorSummary summary, RareEvents events, double[]? pilot, SubsamplingCorrection correction, int seed)
    {
        var (estimate, _) = await events.FitAsync(pilot, correction, (ulong)seed);
        summary.Add(estimate, events.Calibration(estimate));
    }
}
