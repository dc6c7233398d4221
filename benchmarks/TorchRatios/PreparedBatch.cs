using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using TrainingThroughput;
using TrainingThroughput.Workloads;

namespace TorchRatios;

/// <summary>A batch whose embeddings were looked up before: what a model alone is given.</summary>
internal sealed class PreparedBatch
{
    private readonly float[] _logits = new float[CriteoShape.BatchSize];

    public PreparedBatch(TrainingSchema shape)
    {
        var examples = new PreparedExamples(shape, new RowStream(1000, IdDistribution.Uniform, seed: 3), 1);
        (Schema, Examples) = (shape.Schema, examples[0]);
        Inputs = new FeatureBlocks(Schema.Layout);
        Gradients = new FeatureBlocks(Schema.Layout, BlockUse.Gradient);
        Inputs.Resize(CriteoShape.BatchSize);
        Gradients.Resize(CriteoShape.BatchSize);
        var random = new Random(5);
        foreach (var segment in Schema.Layout.Segments) Fill(random, Inputs.Block(segment));
        Fill(random, Inputs.Dense);
    }

    public FeatureSchema Schema { get; }

    public ExampleBatch Examples { get; }

    public FeatureBlocks Inputs { get; }

    public FeatureBlocks Gradients { get; }

    public void Train(OnlineModel model) => model.Train(new TrainContext(Inputs, Examples, Gradients, _logits));

    private static void Fill(Random random, Span<float> values)
    {
        foreach (ref var value in values) value = random.NextSingle() * 0.1f - 0.05f;
    }
}
