using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>
/// Logistic regression of several tasks: the sum of the ids' biases is common to them, the dense features have weights of their own in
/// each. Puts out both parts of the logits.
/// </summary>
internal sealed class LinearHeads : OnlineModel
{
    private readonly Optimizer _optimizer = new AdagradOptions().Create();
    private readonly SegmentLayout _bias;
    private readonly ModelOutput _common = new("common", 1), _own;
    private readonly HeadParameter _heads;
    private readonly float[] _gradient, _state;
    private readonly int _inputs;
    private long _step;

    public LinearHeads(FeatureSchema schema)
    {
        (Schema, _bias, _inputs) = (schema, schema.Layout.Find(RowBuilder.BiasName)!, 1 + schema.DenseWidth);
        _heads = new HeadParameter(schema.Tasks.Count, _inputs);
        (_gradient, _state) = (new float[_heads.Length], new float[_optimizer.StateLength(_heads.Length)]);
        _optimizer.InitializeState(_heads.Weights, _state);
        _own = new ModelOutput("own", schema.Tasks.Count);
        (Outputs, Parameters) = ([_common, _own], [_heads]);
    }

    public override string Name => "linear-heads";

    public override FeatureSchema Schema { get; }

    public override IReadOnlyList<ModelOutput> Outputs { get; }

    public override IReadOnlyList<DenseParameter> Parameters { get; }

    public override bool SupportsGlobalNorm => true;

    public override bool SupportsDenseGradients => true;

    public override LabelTask ReportedTask => Schema.Tasks[^1];

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        for (var row = 0; row < context.Rows; row++)
        {
            var common = 0f;
            foreach (var bias in context.Inputs.Block(_bias).Slice(row * _bias.Width, _bias.Width)) common += bias;
            if (context.Outputs is { } outputs) outputs.Block(_common)[row] = common;
            for (var task = 0; task < Schema.Tasks.Count; task++)
            {
                var (place, own) = (row * Schema.Tasks.Count + task, Head(task, DenseOf(context.Dense, row)));
                context.Logits[place] = common + own;
                if (context.Outputs is { } heads) heads.Block(_own)[place] = own;
            }
        }
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        Predict(context.Prediction);
        context.ForwardDone();
        var learned = SumGradients(in context);
        var squares = 0.0;
        foreach (var value in _gradient) squares += (double)value * value;
        var scale = (float)context.ScaleOf(squares);
        foreach (ref var value in _gradient.AsSpan()) value *= scale;
        if (context.DenseGradients is { } gradients)
        {
            _gradient.CopyTo(gradients.Of(_heads));
            gradients.Examples = learned;
        }
        else if (learned > 0) _optimizer.Apply(_heads.Weights, _state, _gradient, new OptimizerContext(id: 0, _step++, learned));
    }

    public override void Save(ModelSections sections)
    {
        sections.AddFloats("heads", SectionRole.Weights, [Schema.Tasks.Count, _inputs], _heads.Weights);
        sections.AddFloats("heads.state", SectionRole.TrainingState, [_state.Length], _state);
        sections.AddNumber("step", SectionRole.TrainingState, _step);
    }

    public override void Load(ModelSections sections)
    {
        var weights = sections.Floats("heads", [Schema.Tasks.Count, _inputs]);
        var state = sections.Floats("heads.state", [_state.Length]);
        var step = sections.Number("step");
        sections.RequireAllRead();
        weights.CopyTo(_heads.Weights);
        state.CopyTo(_state);
        _step = step;
    }

    private ReadOnlySpan<float> DenseOf(ReadOnlySpan<float> dense, int row) => dense.Slice(row * (_inputs - 1), _inputs - 1);

    private float Head(int task, ReadOnlySpan<float> dense)
    {
        var weights = _heads.Weights.AsSpan(task * _inputs, _inputs);
        var sum = weights[0];
        for (var i = 0; i < dense.Length; i++) sum += weights[i + 1] * dense[i];
        return sum;
    }

    private int SumGradients(in TrainContext context)
    {
        _gradient.AsSpan().Clear();
        context.Gradients.Clear();
        var (learned, tasks) = (0, Schema.Tasks);
        for (var row = 0; row < context.Rows; row++)
        {
            var common = 0f;
            for (var task = 0; task < tasks.Count; task++)
            {
                var label = context.Examples.Labels(tasks[task])[row];
                if (float.IsNaN(label)) continue;
                var logit = context.Logits[row * tasks.Count + task] + context.Examples.LogitOffsets(tasks[task])[row];
                var delta = context.Examples.Weights[row] * (1 / (1 + MathF.Exp(-logit)) - label);
                common += delta;
                AddGradient(task, delta, DenseOf(context.Dense, row));
                learned++;
            }
            context.Gradients.Block(_bias).Slice(row * _bias.Width, _bias.Width).Fill(common);
        }
        return Math.Min(learned, context.Rows);
    }

    private void AddGradient(int task, float delta, ReadOnlySpan<float> dense)
    {
        var gradient = _gradient.AsSpan(task * _inputs, _inputs);
        gradient[0] += delta;
        for (var i = 0; i < dense.Length; i++) gradient[i + 1] += delta * dense[i];
    }
}
