using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>A user's own model, which calls out before it predicts, learns and saves.</summary>
internal sealed class HookedModel(OnlineModel inner) : OnlineModel
{
    public Action? Predicting { get; set; }

    public Action<ExampleBatch>? Training { get; set; }

    public Action? Saving { get; set; }

    /// <summary>Its name, if not that of the inner model.</summary>
    public string? Called { get; init; }

    public override string Name => Called ?? inner.Name;

    public override FeatureSchema Schema => inner.Schema;

    public override void Predict(in PredictContext context)
    {
        Predicting?.Invoke();
        inner.Predict(in context);
    }

    public override void Train(in TrainContext context)
    {
        Training?.Invoke(context.Examples);
        inner.Train(in context);
    }

    public override void Save(ModelSections sections)
    {
        Saving?.Invoke();
        inner.Save(sections);
    }

    public override void Load(ModelSections sections) => inner.Load(sections);

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
