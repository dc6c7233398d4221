using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>Another model, whose dense weights are no longer finite after some batches.</summary>
/// <param name="inner">The model; disposed with this one.</param>
/// <param name="name">Another name for it; null for its own.</param>
internal sealed class DivergingModel(OnlineModel inner, string? name = null) : OnlineModel
{
    private int _batches;

    /// <summary>After how many batches the dense weights are no longer finite.</summary>
    public int DivergesAfter { get; set; } = int.MaxValue;

    public override string Name => name ?? inner.Name;

    public override FeatureSchema Schema => inner.Schema;

    public override bool HasFiniteWeights => _batches < DivergesAfter;

    public override void Predict(in PredictContext context) => inner.Predict(in context);

    public override void Train(in TrainContext context)
    {
        _batches++;
        inner.Train(in context);
    }

    public override void Save(ModelSections sections) => inner.Save(sections);

    public override void Load(ModelSections sections) => inner.Load(sections);

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
