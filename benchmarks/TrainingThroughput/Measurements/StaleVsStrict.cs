using Monolith.Embeddings.Training;
using TrainingThroughput.Subjects;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>
/// Events a second of the whole trainer with DeepFM that learns one batch stale, beside one that is strict. Both read two batches ahead,
/// and have as many threads for embeddings and for the model; the stale one looks the next batch up on one more.
/// </summary>
internal sealed class StaleVsStrict(ThroughputContext context)
{
    public const string Name = "trainer.stale_vs_strict";

    // A run begins without a batch that was read ahead, so that a short one would show less than there is.
    private const int TurnsARun = 4;
    private const double NanosecondsAMicrosecond = 1e3;

    public void Run(TrainingTables tables, IdDistribution distribution, int threads, string suffix)
    {
        var name = Name + suffix;
        if (!context.Settings.IsWanted(name)) return;
        using var stale = DeepFmSide.Create(tables, threads, readAhead: 2, Staleness.OneBatch, distribution);
        using var strict = DeepFmSide.Create(tables, threads, readAhead: 2, Staleness.None, distribution);
        var (ratio, staleTime, strictTime) = context.Compare(
            (first, count) => stale.Run(TurnsARun * first, TurnsARun * count),
            (first, count) => strict.Run(TurnsARun * first, TurnsARun * count), WallClock.Now);
        // The ratio of speeds is the inverse of that of times.
        context.Report.Print(name, 1 / ratio);
        context.Report.Print($"{name}.stale_us_a_batch", staleTime / TurnsARun / NanosecondsAMicrosecond);
        context.Report.Print($"{name}.strict_us_a_batch", strictTime / TurnsARun / NanosecondsAMicrosecond);
    }
}
