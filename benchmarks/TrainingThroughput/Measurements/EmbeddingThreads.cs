using TrainingThroughput.Subjects;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>What a second thread gains the embedding path: the trainer with a model that costs nothing, by the clock.</summary>
internal sealed class EmbeddingThreads(ThroughputContext context)
{
    public const string Name = "embedding.threads2.speedup";

    public void Run(TrainingTables tables, IdDistribution distribution, string suffix)
    {
        if (!context.Settings.IsWanted(Name + suffix)) return;
        var examples = tables.Examples(distribution, ThroughputContext.Batches);
        using var one = Side(tables, examples, threads: 1);
        using var two = Side(tables, examples, threads: 2);
        var (ratio, oneTime, twoTime) = context.Compare(one.Run, two.Run, WallClock.Now);
        context.Report.Print(Name + suffix, ratio);
        context.Report.Print($"{Name}{suffix}.one_ns_an_id", oneTime / CriteoShape.IdsABatch);
        context.Report.Print($"{Name}{suffix}.two_ns_an_id", twoTime / CriteoShape.IdsABatch);
    }

    /// <summary>What a second thread gains work that shares nothing: no more can be asked of the trainer.</summary>
    public void RunControl()
    {
        if (!context.Settings.IsWanted(Name)) return;
        using var machine = new MachineThreads(context);
        machine.Run(Name);
    }

    private static TrainerSide Side(TrainingTables tables, PreparedExamples examples, int threads) =>
        new(tables.Set, examples, new ConstantModel(tables.Schema.Schema), readAhead: 0, threads);
}
