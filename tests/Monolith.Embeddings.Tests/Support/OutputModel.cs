using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>A model that puts out more than logits: twice the first logit, and the sums of the vectors of each row.</summary>
internal sealed class OutputModel : OnlineModel
{
    private readonly OnlineModel _inner;
    private readonly SegmentLayout _vector;
    private readonly ModelOutput _twice, _sum;

    public OutputModel(OnlineModel inner, int width = 3)
    {
        (_inner, _vector) = (inner, inner.Schema.Layout.Find(RowBuilder.VectorName)!);
        (_twice, _sum) = (new("twice", 1, inner.Schema.Tasks[0]), new("sum", width));
        Outputs = [_twice, _sum];
    }

    /// <summary>Called before each prediction.</summary>
    public Action? Predicting { get; set; }

    /// <summary>Whether the last output is left as it is.</summary>
    public bool IsForgetful { get; set; }

    public bool IsDisposed { get; private set; }

    public override string Name => _inner.Name;

    public override FeatureSchema Schema => _inner.Schema;

    public override IReadOnlyList<ModelOutput> Outputs { get; }

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        Predicting?.Invoke();
        _inner.Predict(new PredictContext(context.Inputs, context.Batch, context.Logits));
        if (context.Outputs is { } outputs) Write(in context, outputs);
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        _inner.Train(new TrainContext(context.Inputs, context.Examples, context.Gradients, context.Logits));
    }

    public override void Save(ModelSections sections) => _inner.Save(sections);

    public override void Load(ModelSections sections) => _inner.Load(sections);

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        _inner.Dispose();
        base.Dispose(disposing);
    }

    private void Write(in PredictContext context, ModelOutputBlocks outputs)
    {
        var vectors = context.Inputs.Block(_vector);
        var twice = outputs.Block(_twice);
        var sums = outputs.Block(_sum);
        for (var row = 0; row < context.Rows; row++)
        {
            twice[row] = 2 * context.Logits[row * Schema.Tasks.Count];
            if (IsForgetful) continue;
            var sum = 0f;
            foreach (var value in vectors.Slice(row * _vector.Width, _vector.Width)) sum += value;
            for (var i = 0; i < _sum.Width; i++) sums[row * _sum.Width + i] = sum * (i + 1);
        }
    }
}
