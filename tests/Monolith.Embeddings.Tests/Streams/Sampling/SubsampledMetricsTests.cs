using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>Metrics of sampled examples estimate those of the whole stream, whatever they were kept by.</summary>
public class SubsampledMetricsTests
{
    private readonly SamplingFixture _fixture = new(hasBuy: false);

    [Test]
    public async Task They_are_those_of_the_whole_stream([Values("uniform", "both", "by item", "weights")] string kind)
    {
        var events = Events(200_000).ToArray();
        var options = _fixture.Options(0.1, seed: 5);
        if (kind == "both") options.PositiveRate = 0.6;
        if (kind == "by item") options.Negatives = (in ExampleView example) => 0.5 / (1 + example.Ids(_fixture.Item)[0]);
        if (kind == "weights") options.Correction = SubsamplingCorrection.Weight;
        var (whole, sampled) = (await ScoreAsync(_fixture.Of(events, 100)), await ScoreAsync(_fixture.Of(events, 100).Subsampled(options)));
        Assert.That(sampled.Examples, Is.LessThan(whole.Examples / 2));
        Assert.That(sampled.Weight, Is.EqualTo(whole.Weight).Within(0.02 * whole.Weight));
        Assert.That(sampled.PositiveRate, Is.EqualTo(whole.PositiveRate).Within(0.03 * whole.PositiveRate));
        Assert.That(sampled.Calibration, Is.EqualTo(whole.Calibration).Within(0.03));
        Assert.That(sampled.LogLoss, Is.EqualTo(whole.LogLoss).Within(0.03 * whole.LogLoss));
        Assert.That(sampled.Auc, Is.EqualTo(whole.Auc).Within(0.01));
    }

    // A model that is off by a quarter of a logit.
    private async Task<MetricsSummary> ScoreAsync(ExampleSource source)
    {
        var metrics = new ProgressiveMetrics(_fixture.Schema);
        await foreach (var batch in source.ReadAsync(default, CancellationToken.None))
        {
            metrics.Add(batch, [.. batch.Ids(_fixture.Item).ToArray().Select(item => (float)Logit(item) + 0.25f)]);
            batch.Dispose();
        }
        return metrics.Total(_fixture.Click);
    }

    private static IEnumerable<SampledEvent> Events(int count)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            var item = random.Next(10);
            yield return new(i + 1, i, i % 97, item, random.NextDouble() < 1 / (1 + Math.Exp(-Logit(item))) ? 1 : 0);
        }
    }

    private static double Logit(long item) => -3.5 + 0.3 * item;
}
