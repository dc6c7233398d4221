using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training.Evaluation;

/// <summary>
/// Predicts the examples of a source and scores them, with look-ups that change nothing. One evaluation at a time, while nothing learns.
/// </summary>
/// <param name="tables">The rows.</param>
/// <param name="model">The model.</param>
/// <param name="threads">See <see cref="OnlineTrainerOptions.MaxDegreeOfParallelism"/>.</param>
internal sealed class Evaluator(TableSet tables, OnlineModel model, int threads)
{
    private readonly EmbeddingLayer _layer = new(tables, model.Schema, threads, model.BlockAllocator);
    private float[] _logits = [];

    /// <exception cref="ArgumentException">The source is of another schema than the model.</exception>
    public static void RequireSchema(OnlineModel model, ExampleSource source)
    {
        if (model.Schema.Matches(source.Schema)) return;
        throw new ArgumentException("The examples to evaluate are of another schema than the model: "
            + $"{model.Schema.DifferencesFrom("the model's", source.Schema, "the source's")}.", nameof(source));
    }

    /// <summary>Reads a source from its start to its end.</summary>
    public async ValueTask<EvaluationResult> EvaluateAsync(ExampleSource source, CancellationToken cancellationToken)
    {
        var (metrics, examples) = (new ProgressiveMetrics(model.Schema), 0L);
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, cancellationToken).ConfigureAwait(false))
        {
            using var _ = batch;
            cancellationToken.ThrowIfCancellationRequested();
            if (model.DerivedFeatures is { } derived) _layer.DerivedFeatures = derived;
            await _layer.LookupAsync(batch, cancellationToken).ConfigureAwait(false);
            Score(batch, metrics);
            examples += batch.Rows;
        }
        cancellationToken.ThrowIfCancellationRequested();
        return new EvaluationResult(model.Schema, examples, metrics);
    }

    private void Score(ExampleBatch batch, ProgressiveMetrics metrics)
    {
        var count = batch.Rows * model.Schema.Tasks.Count;
        if (_logits.Length < count) _logits = new float[count];
        var logits = _logits.AsSpan(0, count);
        model.Predict(new PredictContext(_layer.Inputs, batch, logits));
        model.Calibration?.Apply(logits);
        metrics.Add(batch, logits);
    }
}
