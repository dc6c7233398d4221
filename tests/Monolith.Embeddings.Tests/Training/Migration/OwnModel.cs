using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>A model of a user's own, which says what its weights belong to or does not.</summary>
internal sealed class OwnModel(FeatureSchema schema, bool tells) : OnlineModel
{
    private readonly OnlineModel _inner = new DeepFm(schema, new() { Hidden = [6] });

    public override string Name => "own";

    public override FeatureSchema Schema => schema;

    public override IReadOnlyList<ModelSectionLayout> SectionLayouts => tells ? _inner.SectionLayouts : [];

    public override void Predict(in PredictContext context) =>
        _inner.Predict(new PredictContext(context.Inputs, context.Batch, context.Logits));

    public override void Train(in TrainContext context) =>
        _inner.Train(new TrainContext(context.Inputs, context.Examples, context.Gradients, context.Logits));

    public override void Save(ModelSections sections) => _inner.Save(sections);

    public override void Load(ModelSections sections) => _inner.Load(sections);

    protected override void Dispose(bool disposing)
    {
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
