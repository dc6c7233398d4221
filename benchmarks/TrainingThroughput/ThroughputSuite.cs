using TrainingThroughput.Measurements;
using TrainingThroughput.Workloads;

namespace TrainingThroughput;

/// <summary>Runs the measurements, those that share tables together.</summary>
internal sealed class ThroughputSuite(ThroughputContext context)
{
    private const string Zipf = ".zipf", ManyTables = ".tables26", Threads2 = ".threads2";

    public void Run()
    {
        new GemmVsOpenBlas(context).Run();
        using (var tables = new TrainingTables(context.Settings.Rows, 1))
        {
            new EmbeddingVsTable(context).Run(tables, IdDistribution.Uniform, "");
            new EmbeddingVsTable(context).Run(tables, IdDistribution.Zipf, Zipf);
            new EmbeddingThreads(context).Run(tables, IdDistribution.Uniform, "");
            new EmbeddingThreads(context).Run(tables, IdDistribution.Zipf, Zipf);
            new EmbeddingThreads(context).RunControl();
            new EmbeddingVsTorchBag(context).Run(tables, IdDistribution.Uniform, "");
            new DeepFmVsTorch(context).Run(tables);
            new TrainerVsRoofline(context).Run(tables);
            new StaleVsStrict(context).Run(tables, IdDistribution.Uniform, threads: 1, "");
            new StaleVsStrict(context).Run(tables, IdDistribution.Uniform, threads: 2, Threads2);
            new StaleVsStrict(context).Run(tables, IdDistribution.Zipf, threads: 1, Zipf);
            new Allocation(context).Run(tables);
        }
        using (var tables = new TrainingTables(context.Settings.Rows, CriteoShape.Slots))
        {
            new EmbeddingVsTable(context).Run(tables, IdDistribution.Uniform, ManyTables);
            new EmbeddingThreads(context).Run(tables, IdDistribution.Uniform, ManyTables);
        }
    }
}
