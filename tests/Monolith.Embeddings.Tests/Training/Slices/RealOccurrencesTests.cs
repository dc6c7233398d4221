using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Tests.Soak;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Slices;

/// <summary>How many clicks of a real log fall into a slice that is not theirs, with the sketch that slices have by default.</summary>
public class RealOccurrencesTests
{
    [Test]
    public void A_default_sketch_puts_few_clicks_of_a_real_log_into_another_slice()
    {
        var days = Enumerable.Range(0, 8).Select(day => ClickDay.Read(RealData.File($"yoochoose/day_{day}.txt.gz"))).ToArray();
        Assert.That(Misplaced(days.SelectMany(day => day.Items), "items"), Is.LessThan(1e-5));
        Assert.That(Misplaced(days.SelectMany(day => day.Sessions), "sessions"), Is.LessThan(0.05));
    }

    private static double Misplaced(IEnumerable<int> ids, string what)
    {
        var options = new MetricsSliceOptions();
        var (sketch, counts) = (new FrequencySketch(options.Sketch), new Dictionary<long, long>());
        var (misplaced, largest, n, estimate) = (0, 0L, 0, new long[1]);
        foreach (var id in ids)
        {
            var exact = counts.GetValueOrDefault(id);
            sketch.Estimate([id], estimate);
            if (options.Edges.Count(edge => edge <= exact) != options.Edges.Count(edge => edge <= estimate[0])) misplaced++;
            largest = Math.Max(largest, estimate[0] - exact);
            counts[id] = exact + 1;
            sketch.Add([id]);
            n++;
        }
        TestContext.Out.WriteLine($"{n} {what}, {counts.Count} ids: {misplaced} misplaced, at most {largest} too high; the bound is "
            + $"{Math.E * sketch.Total / sketch.Width:F1}.");
        return misplaced / (double)n;
    }
}
