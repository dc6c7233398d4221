using Monolith.Embeddings.TorchSharp;
using TrainingThroughput;
using TrainingThroughput.Workloads;
using static TorchSharp.torch;
using TorchModel = Monolith.Embeddings.TorchSharp.TorchModel;

namespace TorchRatios;

/// <summary>
/// Native tensors and resident memory that 10,000 batches leave behind, after 2,000 that warm up; and managed bytes a batch.
/// </summary>
internal sealed class Leaks(ThroughputContext context)
{
    public const string Tensors = "steps10000.tensors", Megabytes = "steps10000.megabytes", Garbage = "alloc.bytes_per_batch";

    private const int Warm = 2000, Steps = 10_000;
    private const double MegaByte = 1 << 20;

    public void Run()
    {
        if (!context.Settings.IsWanted(Tensors)) return;
        var batch = new PreparedBatch(new TrainingSchema(1000, 1));
        using var model = new TorchModel(batch.Schema, new DeepFmModule(batch.Schema, [16]));
        for (var i = 0; i < Warm; i++) batch.Train(model);
        var (tensors, memory, managed) = (Tensor.TotalCount, Environment.WorkingSet, GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < Steps; i++) batch.Train(model);
        context.Report.Print(Garbage, (GC.GetTotalAllocatedBytes(precise: true) - managed) / (double)Steps);
        context.Report.Print(Tensors, Tensor.TotalCount - tensors);
        context.Report.Print(Megabytes, (Environment.WorkingSet - memory) / MegaByte);
    }
}
