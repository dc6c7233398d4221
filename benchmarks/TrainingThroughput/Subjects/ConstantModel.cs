using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace TrainingThroughput.Subjects;

/// <summary>A model that costs nothing: its logits are 0, and all gradients are the same, written once.</summary>
internal sealed class ConstantModel(FeatureSchema schema) : OnlineModel
{
    public const float Gradient = 1e-4f;

    public override string Name => "constant";

    public override FeatureSchema Schema => schema;

    public override void Predict(in PredictContext context) => context.Logits.Clear();

    public override void Train(in TrainContext context)
    {
        context.Logits.Clear();
        foreach (var segment in context.Gradients.Layout.Segments)
        {
            var block = context.Gradients.Block(segment);
            if (block[0] != Gradient || block[^1] != Gradient) block.Fill(Gradient);
        }
    }

    public override void Save(ModelSections sections)
    {
    }

    public override void Load(ModelSections sections) => sections.RequireAllRead();
}
