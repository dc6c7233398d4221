using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Evaluation;

namespace Monolith.Embeddings.Training.Publication;

/// <summary>Scores fixed rows, with look-ups that change nothing. One scoring at a time, while nothing learns. Owns the rows.</summary>
/// <param name="source">Has the rows.</param>
/// <param name="examples">How many are taken from its start.</param>
/// <param name="tables">The embeddings.</param>
/// <param name="model">The model.</param>
/// <param name="threads">See <see cref="OnlineTrainerOptions.MaxDegreeOfParallelism"/>.</param>
internal sealed class ProbeSet(ExampleSource source, int examples, TableSet tables, OnlineModel model, int threads) : IDisposable
{
    private readonly EmbeddingLayer _layer = new(tables, model.Schema, threads, model.BlockAllocator);
    private readonly List<ExampleBatch> _batches = [];
    private float[] _scores = [], _logits = [];
    private bool _isRead;

    /// <summary>The probabilities, [rows, tasks]; until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<float>> ScoreAsync()
    {
        await ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var (tasks, done) = (model.Schema.Tasks.Count, 0);
        foreach (var batch in _batches)
        {
            if (model.DerivedFeatures is { } derived) _layer.DerivedFeatures = derived;
            await _layer.LookupAsync(batch, CancellationToken.None).ConfigureAwait(false);
            done += Score(batch, tasks, _scores.AsSpan(done));
        }
        return _scores;
    }

    /// <summary>Reads the rows, unless they were: the same rows each time, whatever the source gives later.</summary>
    /// <param name="cancellationToken">Cancels it; it may be read again.</param>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        if (_isRead) return;
        Evaluator.RequireSchema(model, source);
        Dispose();
        var rows = 0;
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, cancellationToken).ConfigureAwait(false))
        {
            _batches.Add(batch);
            rows += batch.Rows;
            if (rows >= examples) break;
        }
        if (rows == 0)
        {
            throw new InvalidOperationException($"The probe set of the gate ({nameof(PublicationGateOptions.Probe)}) has no example, so "
                + "that no change would be seen. Give a source that has some, or leave it null.");
        }
        _scores = new float[Math.Min(rows, examples) * model.Schema.Tasks.Count];
        _isRead = true;
    }

    public void Dispose()
    {
        foreach (var batch in _batches) batch.Dispose();
        _batches.Clear();
    }

    private int Score(ExampleBatch batch, int tasks, Span<float> scores)
    {
        var count = batch.Rows * tasks;
        if (_logits.Length < count) _logits = new float[count];
        var logits = _logits.AsSpan(0, count);
        model.Predict(new PredictContext(_layer.Inputs, batch, logits));
        model.Calibration?.Apply(logits);
        count = Math.Min(count, scores.Length);
        for (var i = 0; i < count; i++) scores[i] = (float)Logistic.Sigmoid((double)logits[i]);
        return count;
    }
}
