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
            [new Lookups(context), new DictionaryLookups(context), new Updates(context, "adagrad", flat => flat.Adagrad), new Threads(context), new Allocation(context)]);
        RunOn(new FtrlOptions { LearningRate = Subject.Rate, Beta = Subject.Beta }, [new Updates(context, "ftrl", flat => flat.Ftrl)]);
        Measurement[] onTheirOwn =
        [
            new Inserts(context), new GrowthPause(context), new Eviction(context), new MemoryOverhead(context), new MemoryReturned(context), new Layouts(context),
        ];
        foreach (var measurement in onTheirOwn.Where(m => m.IsWanted)) measurement.Run();
    }

    // First at the number of rows that was asked for, then at the next one at which the index is fullest.
    private void RunOn(OptimizerOptions optimizer, FillMeasurement[] measurements)
    {
        var wanted = measurements.Where(m => m.IsWanted).ToArray();
        if (wanted.Length == 0) return;
        using var subject = new Subject(context.Settings, optimizer, context.HighestFill.Rows);
        foreach (var suffix in new[] { "", FillMeasurement.HighestFillSuffix })
        {
            if (suffix.Length > 0) subject.GrowTo(context.HighestFill.Rows);
            context.Report.Print("index.fill" + suffix, IndexFill.Mean(subject.Table, context.Settings.Stripes));
            context.Report.Print("index.fill" + suffix + ".rows", subject.Rows);
            foreach (var measurement in wanted) measurement.Run(subject, suffix);
        }
    }
}
