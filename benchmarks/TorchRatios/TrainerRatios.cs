using Monolith.Embeddings.TorchSharp;
using TrainingThroughput;
using TrainingThroughput.Subjects;
using TrainingThroughput.Torch;
using TrainingThroughput.Workloads;
using static TorchSharp.torch;
using BagModel = TrainingThroughput.Torch.TorchModel;
using TorchModel = Monolith.Embeddings.TorchSharp.TorchModel;

namespace TorchRatios;

/// <summary>Events a second of the trainer with a module, beside the core's DeepFM and TorchSharp's own table. By the clock.</summary>
internal sealed class TrainerRatios(ThroughputContext context)
{
    public const string VersusCore = "torch.deepfm.vs_core", VersusBag = "torch.vs_embedding_bag";

    public const int Threads = 2;

    private const double NanosecondsASecond = 1e9;

    public void Run()
    {
        if (!context.Settings.IsWanted(VersusCore) && !context.Settings.IsWanted(VersusBag)) return;
        using var tables = new TrainingTables(context.Settings.Rows, 1);
        if (context.Settings.IsWanted(VersusCore)) RunVersusCore(tables);
        if (context.Settings.IsWanted(VersusBag)) RunVersusBag(tables);
    }

    private void RunVersusCore(TrainingTables tables)
    {
        using var core = DeepFmSide.Create(tables, Threads);
        using var torch = Side(tables, new DeepFmModule(tables.Schema.Schema, CriteoShape.Hidden));
        Compare(VersusCore, torch.Run, core.Run, "core");
    }

    // The same perceptron over the same inputs; their rows learn by SGD, ours by Adagrad.
    private void RunVersusBag(TrainingTables tables)
    {
        using var batches = new TorchBatches(context.Settings.Rows, IdDistribution.Uniform, ThroughputContext.Batches);
        using var bag = new TorchBag(context.Settings.Rows, batches);
        using var theirs = new BagModel(bag, batches);
        using var ours = Side(tables, new VectorsModule());
        Compare(VersusBag, ours.Run, theirs.Run, "bag");
    }

    private void Compare(string name, Action<int, int> ours, Action<int, int> theirs, string other)
    {
        var (ratio, ourTime, theirTime) = context.Compare(ours, theirs, WallClock.Now);
        // The ratio of speeds is the inverse of that of times.
        context.Report.Print(name, 1 / ratio);
        context.Report.Print($"{name}.events_a_second", CriteoShape.BatchSize * NanosecondsASecond / ourTime);
        context.Report.Print($"{name}.{other}_events_a_second", CriteoShape.BatchSize * NanosecondsASecond / theirTime);
    }

    private static TrainerSide Side(TrainingTables tables, nn.Module<TorchInputs, Tensor> module) => new(
        tables.Set, tables.Examples(IdDistribution.Uniform, ThroughputContext.Batches), new TorchModel(tables.Schema.Schema, module),
        readAhead: 2, Threads);

    private sealed class VectorsModule : nn.Module<TorchInputs, Tensor>
    {
        private readonly PerceptronModule _perceptron =
            new(CriteoShape.Slots * CriteoShape.Dimension + CriteoShape.Dense, CriteoShape.Hidden, 1);

        public VectorsModule()
            : base(nameof(VectorsModule)) => RegisterComponents();

        public override Tensor forward(TorchInputs input) => _perceptron.call(cat([input.Segment(), input.Dense], 1));
    }
}
