using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Subjects;

/// <summary>The whole trainer with a DeepFM of the common shape.</summary>
internal static class DeepFmSide
{
    private const float Rate = 0.01f;

    public static TrainerSide Create(TrainingTables tables, int threads)
    {
        var model = new DeepFm(tables.Schema.Schema, new DeepFmOptions
        {
            Hidden = [.. CriteoShape.Hidden],
            Optimizer = new AdagradOptions { LearningRate = Rate },
            Seed = 1,
            MaxDegreeOfParallelism = threads,
        });
        var examples = tables.Examples(IdDistribution.Uniform, ThroughputContext.Batches);
        return new TrainerSide(tables.Set, examples, model, readAhead: threads > 1 ? 2 : 0, threads);
    }
}
