using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>A DeepFM with one flaw, or a factorization machine where the flaw is one of item queries.</summary>
internal sealed class FlawedModel : OnlineModel
{
    private static int _instances;

    private readonly ModelFlaw _flaw;
    private readonly FeatureSchema _schema;
    private readonly BuiltInModel? _inner;
    private readonly int _instance = Interlocked.Increment(ref _instances), _thread = Environment.CurrentManagedThreadId;
    private readonly DenseParameter[] _parameters;
    private readonly ModelOutput[] _outputs = [Declared()];
    private int _batches;

    public FlawedModel(FeatureSchema schema, ModelFlaw flaw)
    {
        (_schema, _flaw) = (schema, flaw);
        if (flaw == ModelFlaw.ForgetsTheConstant)
            _inner = new FactorizationMachine(schema, new() { Tasks = [schema.Tasks[0].Name], MaxDegreeOfParallelism = 1 });
        else if (schema.Layout.Sequences.Count == 0 || flaw != ModelFlaw.IgnoresSequences)
            _inner = new DeepFm(schema, new() { Tasks = [schema.Tasks[0].Name], Hidden = [5], Seed = 3, MaxDegreeOfParallelism = 1 });
        var parameters = _inner?.Parameters ?? [];
        _parameters = flaw == ModelFlaw.ReadsOtherWeights ? [.. parameters.Select(p => new OffsetParameter(p))] : [.. parameters];
    }

    public override string Name => _flaw == ModelFlaw.ChangesItsName ? $"flawed-{_batches}" : "flawed";

    public override FeatureSchema Schema => _schema;

    public override bool SupportsGlobalNorm => true;

    public override bool SupportsDenseGradients => true;

    public override bool SupportsItemQueries => _inner is { SupportsItemQueries: true };

    public override IReadOnlyList<DenseParameter> Parameters => _parameters;

    public override IReadOnlyList<ModelOutput> Outputs => _flaw == ModelFlaw.DeclaresItsOutputsAnew ? [Declared()] : _outputs;

    public override void Predict(in PredictContext context)
    {
        if (_flaw == ModelFlaw.KnowsOneThread && Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("Another thread.");
        if (IsIgnored(context.Schema))
        {
            context.Logits.Clear();
            return;
        }
        RequireOutputs(context.Outputs);
        _inner!.Predict(new PredictContext(context.Inputs, context.Batch, context.Logits));
        WriteOutputs(context.Outputs, context.Logits);
        if (_flaw == ModelFlaw.LearnsFromPredictions) Move(0.001f);
    }

    public override void Train(in TrainContext context)
    {
        if (IsIgnored(context.Schema))
        {
            context.Logits.Clear();
            context.Gradients.Clear();
            return;
        }
        if (_flaw == ModelFlaw.KnowsArraysOnly && context.Inputs.Storage(context.Schema.Layout.Segments[0]).Array is null)
            throw new InvalidOperationException("No array.");
        var last = context.Logits.IsEmpty ? 0 : context.Logits[^1];
        RequireOutputs(context.Outputs);
        _inner!.Train(new TrainContext(context.Inputs, context.Examples, context.Gradients, context.Logits)
        {
            Callbacks = context.Callbacks,
            DenseGradients = context.DenseGradients,
        });
        WriteOutputs(context.Outputs, context.Logits);
        _batches++;
        Spoil(in context, last);
    }

    public override void ItemQueries(in ItemQueryContext context)
    {
        if (_inner is null) base.ItemQueries(in context);
        else _inner.ItemQueries(in context);
        if (_flaw == ModelFlaw.ForgetsTheConstant) context.Constants.Clear();
    }

    public override void Save(ModelSections sections) => _inner!.Save(sections);

    public override void Load(ModelSections sections)
    {
        try
        {
            _inner!.Load(sections);
        }
        catch (InvalidDataException) when (_flaw == ModelFlaw.IgnoresWrongSections)
        {
            // What the contract must catch.
        }
    }

    protected override void Dispose(bool disposing)
    {
        _inner?.Dispose();
        base.Dispose(disposing);
    }

    private bool IsIgnored(FeatureSchema schema) => _flaw == ModelFlaw.KnowsItsOwnSchemaObject && !ReferenceEquals(schema, _schema)
        ? throw new ArgumentException("Another object.")
        : _inner is null || (_flaw == ModelFlaw.TakesAnySchema && !ReferenceEquals(schema, _schema));

    private void Spoil(in TrainContext context, float last)
    {
        switch (_flaw)
        {
            case ModelFlaw.LeavesTheLastLogit when !context.Logits.IsEmpty: context.Logits[^1] = last; break;
            case ModelFlaw.PredictsAfterLearning:
                _inner!.Predict(new PredictContext(context.Inputs, context.Examples, context.Logits));
                break;
            case ModelFlaw.GivesMeanGradients: ScaleGradients(context.Gradients, 1f / context.Rows); break;
            case ModelFlaw.HandsTwiceTheGradientBack: ScaleDense(context.DenseGradients, 2); break;
            case ModelFlaw.HandsAlmostTheGradientBack: ScaleDense(context.DenseGradients, 1.0001f); break;
            case ModelFlaw.AsksForTheNormTwice: context.ScaleOf(0); break;
            case ModelFlaw.LearnsByInstance: Move(_instance * 0.001f); break;
            case ModelFlaw.ForgetsItsBatches: ScaleGradients(context.Gradients, 1 + _batches * 0.001f); break;
            case ModelFlaw.Allocates: GC.KeepAlive(new byte[64]); break;
        }
    }

    // What RequireFor does; the schema is left to the inner model.
    private void RequireOutputs(ModelOutputBlocks? outputs)
    {
        if (outputs is null || _flaw == ModelFlaw.TakesAnyOutputs) return;
        if (_flaw == ModelFlaw.KnowsItsOwnOutputs && !ReferenceEquals(outputs.Outputs[0], _outputs[0]))
            throw new InvalidOperationException("Another instance's outputs.");
        _ = outputs.Block(_outputs[0]);
    }

    // The logits of the last task.
    private void WriteOutputs(ModelOutputBlocks? outputs, ReadOnlySpan<float> logits)
    {
        if (outputs is null) return;
        var block = outputs.Block(0);
        for (var row = 0; row < outputs.Rows; row++) block[row] = logits[(row + 1) * _schema.Tasks.Count - 1];
    }

    private void Move(float step)
    {
        var weights = new float[_inner!.Parameters[0].Length];
        _inner.Parameters[0].Read(weights);
        weights[0] += step;
        _inner.Parameters[0].Write(weights);
    }

    private static void ScaleGradients(FeatureBlocks gradients, float factor)
    {
        foreach (var segment in gradients.Layout.Segments)
        {
            foreach (ref var value in gradients.Block(segment)) value *= factor;
        }
    }

    private void ScaleDense(DenseGradients? gradients, float factor)
    {
        if (gradients is null) return;
        foreach (var parameter in _parameters)
        {
            foreach (ref var value in gradients.Of(parameter)) value *= factor;
        }
    }

    private static ModelOutput Declared() => new("copy", 1);

    /// <summary>Reads what is not there.</summary>
    private sealed class OffsetParameter(DenseParameter inner) : DenseParameter(inner.Name, [.. inner.Shape])
    {
        public override void Read(Span<float> destination)
        {
            inner.Read(destination);
            foreach (ref var value in destination) value++;
        }

        public override void Write(ReadOnlySpan<float> source) => inner.Write(source);
    }
}
