using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Kafka.Processes.Training;

/// <summary>
/// Hands -1 back for each occurrence of an id: with SGD at rate 1 from weight 0, a weight counts how often its id was learned.
/// </summary>
public sealed class CountModel(FeatureSchema schema) : OnlineModel
{
    private readonly SegmentLayout _counts = schema.Layout.Find(RowBuilder.BiasName)
        ?? throw new ArgumentException("No table has a bias.", nameof(schema));

    public override string Name => "count";

    public override FeatureSchema Schema => schema;

    public override bool HasFiniteWeights => true;

    public override void Predict(in PredictContext context) => context.Logits.Clear();

    public override void Train(in TrainContext context)
    {
        context.Logits.Clear();
        context.ForwardDone();
        context.Gradients.Clear();
        context.Gradients.Block(_counts).Fill(-1);
    }

    public override void Save(ModelSections sections)
    {
    }

    public override void Load(ModelSections sections)
    {
    }
}
