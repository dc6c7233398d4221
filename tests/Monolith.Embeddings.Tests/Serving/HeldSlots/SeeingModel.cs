using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Serving.HeldSlots;

/// <summary>A model that looks at the batches that it predicts.</summary>
internal sealed class SeeingModel(OnlineModel inner, Action<FeatureBatch> see) : OnlineModel
{
    public override string Name => inner.Name;

    public override FeatureSchema Schema => inner.Schema;

    public override void Predict(in PredictContext context)
    {
        see(context.Batch);
        inner.Predict(in context);
    }

    public override void Train(in TrainContext context) => inner.Train(in context);

    public override void Save(ModelSections sections) => inner.Save(sections);

    public override void Load(ModelSections sections) => inner.Load(sections);

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
