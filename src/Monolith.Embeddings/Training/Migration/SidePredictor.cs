using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Predicts batches with look-ups that change nothing. One batch at a time.</summary>
/// <param name="tables">The rows.</param>
/// <param name="model">The model.</param>
internal sealed class SidePredictor(TableSet tables, OnlineModel model)
{
    private readonly EmbeddingLayer _layer = new(tables, model.Schema, 1, model.BlockAllocator);
    private float[] _logits = [];

    /// <summary>Predicts a batch.</summary>
    /// <returns>The logits, [rows, tasks], corrected; valid until the next call.</returns>
    public async ValueTask<float[]> PredictAsync(ExampleBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (model.DerivedFeatures is { } derived) _layer.DerivedFeatures = derived;
        await _layer.LookupAsync(batch, cancellationToken).ConfigureAwait(false);
        var count = batch.Rows * model.Schema.Tasks.Count;
        if (_logits.Length < count) _logits = new float[count];
        Predict(batch, _logits.AsSpan(0, count));
        return _logits;
    }

    private void Predict(ExampleBatch batch, Span<float> logits)
    {
        model.Predict(new PredictContext(_layer.Inputs, batch, logits));
        model.Calibration?.Apply(logits);
    }
}
