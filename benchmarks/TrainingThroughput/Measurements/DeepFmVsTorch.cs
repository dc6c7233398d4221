using TorchSharp;
using TrainingThroughput.Subjects;
using TrainingThroughput.Torch;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>
/// Events a second of the whole trainer with DeepFM, beside TorchSharp's bag with the same multilayer perceptron and dense features. Two
/// threads each, by the clock.
/// </summary>
internal sealed class DeepFmVsTorch(ThroughputContext context)
{
    public const string Name = "deepfm.vs_torchsharp";

    private const int Threads = 2;
    private const double NanosecondsASecond = 1e9;

    public void Run(TrainingTables tables)
    {
        if (!context.Settings.IsWanted(Name)) return;
        torch.set_num_threads(Threads);
        using var batches = new TorchBatches(context.Settings.Rows, IdDistribution.Uniform, ThroughputContext.Batches);
        using var bag = new TorchBag(context.Settings.Rows, batches);
        using var theirs = new TorchModel(bag, batches);
        using var ours = DeepFmSide.Create(tables, Threads);
        var (ratio, ourTime, theirTime) = context.Compare(ours.Run, theirs.Run, WallClock.Now);
        // The ratio of speeds is the inverse of that of times.
        context.Report.Print(Name, 1 / ratio);
        context.Report.Print($"{Name}.events_a_second", CriteoShape.BatchSize * NanosecondsASecond / ourTime);
        context.Report.Print($"{Name}.torch_events_a_second", CriteoShape.BatchSize * NanosecondsASecond / theirTime);
    }
}
