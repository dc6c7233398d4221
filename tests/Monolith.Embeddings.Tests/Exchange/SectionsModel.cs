using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>A model that saves what a test wants, and does nothing else.</summary>
internal sealed class SectionsModel(FeatureSchema schema, Action<ModelSections> save) : OnlineModel
{
    public override string Name => "sections";

    public override FeatureSchema Schema => schema;

    public override void Predict(in PredictContext context) => throw new NotSupportedException();

    public override void Train(in TrainContext context) => throw new NotSupportedException();

    public override void Save(ModelSections sections) => save(sections);

    public override void Load(ModelSections sections) => throw new NotSupportedException();
}
