using Monolith.Embeddings.Optimizers;
using TableRatios.Measurements;
using TableRatios.Workloads;

namespace TableRatios;

/// <summary>Runs the measurements, those that share a table together.</summary>
internal sealed class RatioSuite(RatioContext context)
{
    public void Run()
    {
        RunOn(new AdagradOptions { LearningRate = Subject.Rate },
            [new Lookups(context), new DictionaryLookups(context), new Updates(context, "adagrad", flat => flat.Adagrad),
                new Threads(context), new Allocation(context)]);
        RunOn(new FtrlOptions { LearningRate = Subject.Rate, Beta = Subject.Beta }, [new Updates(context, "ftrl", flat => flat.Ftrl)]);
        Measurement[] onTheirOwn =
        [
            new Inserts(context), new GrowthPause(context), new Eviction(context), new MemoryOverhead(context), new MemoryReturned(context),
            new Layouts(context), new PrecisionUpdates(context), new TopKSearches(context), new LargeTables(context),
        ];
        foreach (var measurement in onTheirOwn.Where(m => m.IsWanted)) measurement.Run();
    }

    // First with stripes that grew each at its own time, then with all of them just before they would grow.
    private void RunOn(OptimizerOptions optimizer, FillMeasurement[] measurements)
    {
        var wanted = measurements.Where(m => m.IsWanted).ToArray();
        if (wanted.Length == 0) return;
        foreach (var suffix in new[] { "", FillMeasurement.HighestFillSuffix })
        {
            using var subject = new Subject(context.Settings, optimizer, isIndexFull: suffix.Length > 0);
            context.Report.Print("index.fill" + suffix, subject.Table.GetStatistics().LoadFactor);
            foreach (var measurement in wanted) measurement.Run(subject, suffix);
        }
    }
}
