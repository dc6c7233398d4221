using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Training.Calibration;

/// <summary>A model that learns nothing: the logit of each task is three times the first dense feature, and one more.</summary>
internal sealed class SteepModel(FeatureSchema schema) : OnlineModel
{
    public override string Name => "steep";

    public override FeatureSchema Schema => schema;

    public static float LogitOf(float feature) => 3 * feature + 1;

    public override bool SupportsCorrection(LabelTask task) => true;

    public override void Predict(in PredictContext context) => Write(context.Dense, context.Logits);

    public override void Train(in TrainContext context) => Write(context.Dense, context.Logits);

    public override void Save(ModelSections sections) => sections.AddNumber("nothing", SectionRole.Weights, 0);

    public override void Load(ModelSections sections)
    {
        sections.Number("nothing");
        sections.RequireAllRead();
    }

    private void Write(ReadOnlySpan<float> dense, Span<float> logits)
    {
        for (var i = 0; i < logits.Length; i++) logits[i] = LogitOf(dense[i / schema.Tasks.Count]);
    }
}
