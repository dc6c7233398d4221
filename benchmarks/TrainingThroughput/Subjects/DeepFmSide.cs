using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Training;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Subjects;

/// <summary>The whole trainer with a DeepFM of the common shape.</summary>
internal static class DeepFmSide
{
    private const float Rate = 0.01f;

    public static TrainerSide Create(TrainingTables tables, int threads) =>
        Create(tables, threads, readAhead: threads > 1 ? 2 : 0, Staleness.None, IdDistribution.Uniform);

    public static TrainerSide Create(
        TrainingTables tables, int threads, int readAhead, Staleness staleness, IdDistribution distribution)
    {
        var model = new DeepFm(tables.Schema.Schema, new DeepFmOptions
        {
            Hidden = [.. CriteoShape.Hidden],
            Optimizer = new AdagradOptions { LearningRate = Rate },
            Seed = 1,
            MaxDegreeOfParallelism = threads,
        });
        var examples = tables.Examples(distribution, ThroughputContext.Batches);
        return new TrainerSide(tables.Set, examples, model, readAhead, threads, staleness);
    }
}
