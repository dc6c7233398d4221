using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace DelayedFeedback;

/// <summary>A logistic regression over users and items, which learns from emissions and predicts impressions.</summary>
internal sealed class Learner : IDisposable
{
    public const int BatchSize = 64;

    private readonly FeatureSchema _schema;
    private readonly FeatureSlot _user, _item;
    private readonly LabelTask _act;
    private readonly EmbeddingTableSet _tables;
    private readonly OnlineModel _model;
    private readonly EmbeddingLayer _layer;
    private readonly FeatureBlocks _gradients;
    private readonly ExampleBatch _batch;
    private readonly FeatureBatch _asked;
    private readonly float[] _logits = new float[BatchSize];
    private int _step;

    /// <param name="correction">How the task corrects for late labels.</param>
    /// <param name="meanDelay">About the mean delay.</param>
    /// <param name="rate">About the true rate, at which the model begins.</param>
    public Learner(FeedbackCorrection correction, TimeSpan meanDelay, double rate)
    {
        // An id has a part in the delay too.
        var heads = correction == FeedbackCorrection.DelayModel ? 2 : 1;
        var builder = new FeatureSchemaBuilder();
        foreach (var table in new[] { "users", "items" })
            builder.Table(table, row => row.Bias(new AdagradOptions { LearningRate = 0.1f }, heads: heads));
        (_user, _item) = (builder.Slot("user", "users"), builder.Slot("item", "items"));
        _act = builder.Task("act", new() { Correction = correction, DelayUnit = meanDelay });
        _schema = builder.Build();
        _tables = new EmbeddingTableSet(_schema, new() { Seed = 1, MemoryLimitBytes = 1 << 26 });
        _model = Create(rate);
        (_layer, _gradients) = (new EmbeddingLayer(_tables, _schema), new FeatureBlocks(_schema.Layout, BlockUse.Gradient));
        (_batch, _asked) = (new ExampleBatch(_schema), new FeatureBatch(_schema));
    }

    /// <summary>Learns from examples, at most <see cref="BatchSize"/>.</summary>
    public void Learn(ReadOnlySpan<Emission> emissions, SyntheticFeedbackStream stream)
    {
        _batch.Clear();
        foreach (var emission in emissions)
        {
            var impression = stream[emission.RequestId];
            _batch.BeginExample().Id(_user, impression.User).Id(_item, impression.Item).Label(_act, emission.Label)
                .Delay(_act, emission.Delay).At(impression.Time, impression.RequestId);
            _batch.EndRow();
        }
        var time = DateTimeOffset.FromUnixTimeMilliseconds(emissions[^1].Time);
        _layer.LookupOrAdmit(_batch, time, _step);
        _gradients.Resize(_batch.Rows);
        _model.Train(new TrainContext(_layer.Inputs, _batch, _gradients, _logits.AsSpan(0, _batch.Rows)));
        _layer.ApplyGradients(_gradients, time, _step++);
    }

    /// <summary>What is served for impressions, at most <see cref="BatchSize"/>.</summary>
    public void Predict(ReadOnlySpan<SyntheticImpression> impressions, Span<double> served)
    {
        _asked.Clear();
        foreach (var impression in impressions)
        {
            _asked.BeginRow().Id(_user, impression.User).Id(_item, impression.Item);
            _asked.EndRow();
        }
        _layer.Lookup(_asked);
        var logits = _logits.AsSpan(0, impressions.Length);
        _model.Predict(new PredictContext(_layer.Inputs, _asked, logits));
        for (var row = 0; row < logits.Length; row++) served[row] = _act.Probability(logits[row]);
    }

    public void Dispose()
    {
        _model.Dispose();
        _tables.Dispose();
    }

    private LogisticRegression Create(double rate)
    {
        // A calibrated model begins at b = p / (1 + p).
        var begun = _act.Correction == FeedbackCorrection.FakeNegativeCalibration ? rate / (1 + rate) : rate;
        var bias = (float)Math.Log(begun / (1 - begun));
        var optimizer = new AdagradOptions { LearningRate = 0.1f };
        return new LogisticRegression(_schema, new() { InitialBias = bias, Optimizer = optimizer, MaxDegreeOfParallelism = 1 });
    }
}
