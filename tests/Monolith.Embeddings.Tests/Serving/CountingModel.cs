using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>
/// A model of a user's own whose weights all are the number of batches that it learned from, and which makes each row that it learns count
/// too. Puts out its count, and an item's row. Throws where it is used by two at once, or where weights or a row are of two steps.
/// </summary>
internal sealed class CountingModel(FeatureSchema schema) : OnlineModel
{
    private readonly float[] _weights = new float[4096];
    private readonly SegmentLayout _vector = schema.Layout.Find(RowBuilder.VectorName)!;
    private int _isLearning, _predicting;

    /// <summary>How many batches to learn before one fails.</summary>
    public int FailAfter { get; set; } = int.MaxValue;

    /// <summary>Whether the weights are to be none.</summary>
    public bool IsSpoilt { get; set; }

    /// <summary>How often it predicted.</summary>
    public int Predicted { get; private set; }

    public override string Name => "counting";

    public override FeatureSchema Schema => schema;

    public override IReadOnlyList<ModelOutput> Outputs { get; } = [new("count", 1), new("row", 16)];

    public override bool HasFiniteWeights => !IsSpoilt;

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        Interlocked.Increment(ref _predicting);
        Predicted++;
        if (Volatile.Read(ref _isLearning) != 0) throw new InvalidOperationException("It predicts while it learns.");
        RequireOne(_weights);
        for (var row = 0; row < context.Rows; row++)
        {
            var item = context.Inputs.Block(_vector).Slice(row * _vector.Width + 16, 16);
            RequireOne(item);
            context.Logits[row] = _weights[0];
            if (context.Outputs is not { } outputs) continue;
            outputs.Block(0)[row] = _weights[0];
            item.CopyTo(outputs.Block(1)[(row * 16)..]);
        }
        Interlocked.Decrement(ref _predicting);
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        Volatile.Write(ref _isLearning, 1);
        if (Volatile.Read(ref _predicting) != 0) throw new InvalidOperationException("It learns while it predicts.");
        context.Logits.Fill(_weights[0]);
        context.Gradients.Clear();
        context.Gradients.Block(_vector).Fill(-1);
        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i]++;
            if (i == _weights.Length / 2 && _weights[0] > FailAfter) throw new InvalidOperationException("As told.");
        }
        Volatile.Write(ref _isLearning, 0);
    }

    public override void Save(ModelSections sections)
    {
        if (Volatile.Read(ref _isLearning) != 0) throw new InvalidOperationException("It is saved while it learns.");
        sections.AddFloats("weights", SectionRole.Weights, [_weights.Length], _weights);
    }

    public override void Load(ModelSections sections)
    {
        if (Volatile.Read(ref _predicting) != 0) throw new InvalidOperationException("It loads while it predicts.");
        var weights = sections.Floats("weights", [_weights.Length]);
        sections.RequireAllRead();
        weights.CopyTo(_weights);
    }

    private static void RequireOne(ReadOnlySpan<float> values)
    {
        if (values.ContainsAnyExcept(values[0])) throw new InvalidOperationException($"Torn: {values[0]} and {values[^1]}.");
    }
}
