using Measuring;
using TorchSharp;
using TrainingThroughput.Subjects;
using TrainingThroughput.Torch;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>
/// A batch in the trainer with a model that costs nothing (look-up, pooling, gradient sums and update by Adagrad), beside forward, backward
/// and step of TorchSharp's sparse bag under SGD. One thread each, by its processor time.
/// </summary>
internal sealed class EmbeddingVsTorchBag(ThroughputContext context)
{
    public const string Name = "embedding.vs_torch_bag";

    public void Run(TrainingTables tables, IdDistribution distribution, string suffix)
    {
        if (!context.Settings.IsWanted(Name + suffix)) return;
        torch.set_num_threads(1);
        using var batches = new TorchBatches(context.Settings.Rows, distribution, ThroughputContext.Batches);
        using var bag = new TorchBag(context.Settings.Rows, batches);
        var examples = tables.Examples(distribution, ThroughputContext.Batches);
        using var trainer = new TrainerSide(tables.Set, examples, new ConstantModel(tables.Schema.Schema), readAhead: 0, threads: 1);
        var (ratio, ours, theirs) = context.Compare(trainer.Run, bag.Run, () => BatchTime.NowOfProcess);
        context.Report.Print(Name + suffix, ratio);
        context.Report.Print($"{Name}{suffix}.ns_an_id", ours / CriteoShape.IdsABatch);
        context.Report.Print($"{Name}{suffix}.torch_ns_an_id", theirs / CriteoShape.IdsABatch);
    }
}
