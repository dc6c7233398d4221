using Monolith.Embeddings.Training;
using TrainingThroughput.Subjects;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>
/// Managed bytes that a batch of the whole trainer allocates, on all threads: two of them, and reading ahead, with DeepFM.
/// </summary>
internal sealed class Allocation(ThroughputContext context)
{
    public const string Name = "alloc.bytes_per_batch";

    private const int Fewer = 64, More = 192;

    public void Run(TrainingTables tables)
    {
        Run(tables, Staleness.None, "");
        Run(tables, Staleness.OneBatch, ".stale");
    }

    private void Run(TrainingTables tables, Staleness staleness, string suffix)
    {
        if (!context.Settings.IsWanted(Name + suffix)) return;
        using var trainer = DeepFmSide.Create(tables, threads: 2, readAhead: 2, staleness, IdDistribution.Uniform);
        trainer.Run(0, More);
        var bytes = new List<double>();
        // A run allocates when it begins and ends. What it allocates by its batches is what a longer one allocates beyond a shorter.
        for (var round = 0; round < 5; round++) bytes.Add((double)(BytesOf(trainer, More) - BytesOf(trainer, Fewer)) / (More - Fewer));
        context.Report.Print(Name + suffix, Measuring.Interleaved.Median(bytes));
    }

    private static long BytesOf(TrainerSide trainer, int batches)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        trainer.Run(0, batches);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
