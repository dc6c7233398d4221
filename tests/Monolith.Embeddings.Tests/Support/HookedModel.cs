using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>A model of somebody's own, which calls out before it predicts, learns and saves.</summary>
internal sealed class HookedModel(OnlineModel inner) : OnlineModel
{
    public Action? Predicting { get; set; }

    public Action<ExampleBatch>? Training { get; set; }

    public Action? Saving { get; set; }

    public override string Name => inner.Name;

    public override FeatureSchema Schema => inner.Schema;

    public override void Predict(FeatureBlocks inputs, ReadOnlySpan<float> dense, Span<float> logits)
    {
        Predicting?.Invoke();
        inner.Predict(inputs, dense, logits);
    }

    public override void Train(FeatureBlocks inputs, ExampleBatch examples, FeatureBlocks gradients, Span<float> logits)
    {
        Training?.Invoke(examples);
        inner.Train(inputs, examples, gradients, logits);
    }

    public override void Save(Stream destination)
    {
        Saving?.Invoke();
        inner.Save(destination);
    }

    public override void Load(Stream source) => inner.Load(source);

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
