using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>
/// A mean of a sequence's vectors in which each step weighs as its place and its values say: with s_t = p_t + a . values_t and alpha the
/// softmax of s over a row's steps, logit = b + sum of the ids' biases + w . sum(alpha_t e_t). Places count from the newest step. Learns
/// the schema's first task.
/// </summary>
internal sealed class StepAttention : OnlineModel
{
    private readonly Optimizer _optimizer = new AdagradOptions { LearningRate = 0.1f }.Create();
    private readonly SequenceLayout _vectors;
    private readonly SegmentLayout? _bias;
    private readonly StepAttentionWeights _weights;
    private readonly HeadParameter _parameter;
    private readonly float[] _gradient, _state;
    private long _step;

    public StepAttention(FeatureSchema schema)
    {
        (Schema, _bias) = (schema, schema.Layout.Find(RowBuilder.BiasName));
        _vectors = schema.Layout.Sequences.First(sequence => sequence.SegmentName == RowBuilder.VectorName);
        _weights = new StepAttentionWeights(_vectors.MaxLength, _vectors.Slot.StepValues.Count, _vectors.Dimension);
        _parameter = new HeadParameter(1, _weights.Count);
        _weights.Begin(_parameter.Weights);
        (_gradient, _state) = (new float[_weights.Count], new float[_optimizer.StateLength(_weights.Count)]);
        _optimizer.InitializeState(_parameter.Weights, _state);
        Parameters = [_parameter];
    }

    public override string Name => "step-attention";

    public override FeatureSchema Schema { get; }

    public override IReadOnlyList<DenseParameter> Parameters { get; }

    public override bool SupportsSequences => true;

    public override bool SupportsDenseGradients => true;

    /// <summary>What the places count, the newest first.</summary>
    public ReadOnlySpan<float> Positions => _weights.Positions(_parameter.Weights);

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        context.Logits.Fill(float.NaN);
        Span<float> shares = stackalloc float[_vectors.MaxLength];
        for (var row = 0; row < context.Rows; row++)
            context.Logits[row * Schema.Tasks.Count] = BiasesOf(context.Inputs, row) + Forward(context.Inputs, row, shares);
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        Predict(context.Prediction);
        context.ForwardDone();
        context.Gradients.Clear();
        _gradient.AsSpan().Clear();
        var labels = context.Examples.Labels(Schema.Tasks[0]);
        var learned = 0;
        for (var row = 0; row < context.Rows; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            var logit = context.Logits[row * Schema.Tasks.Count] + context.Examples.LogitOffsets(Schema.Tasks[0])[row];
            Backward(in context, row, context.Examples.Weights[row] * (1 / (1 + MathF.Exp(-logit)) - labels[row]));
            learned++;
        }
        if (context.DenseGradients is { } gradients)
        {
            _gradient.CopyTo(gradients.Of(_parameter));
            gradients.Examples = learned;
        }
        else if (learned > 0) _optimizer.Apply(_parameter.Weights, _state, _gradient, new OptimizerContext(id: 0, _step++, learned));
    }

    public override void Save(ModelSections sections)
    {
        sections.AddFloats("weights", SectionRole.Weights, [_weights.Count], _parameter.Weights);
        sections.AddFloats("weights.state", SectionRole.TrainingState, [_state.Length], _state);
        sections.AddNumber("step", SectionRole.TrainingState, _step);
    }

    public override void Load(ModelSections sections)
    {
        var weights = sections.Floats("weights", [_weights.Count]);
        var state = sections.Floats("weights.state", [_state.Length]);
        var step = sections.Number("step");
        sections.RequireAllRead();
        weights.CopyTo(_parameter.Weights);
        state.CopyTo(_state);
        _step = step;
    }

    private float BiasesOf(FeatureBlocks inputs, int row)
    {
        var sum = 0f;
        if (_bias is null) return sum;
        foreach (var bias in inputs.Block(_bias).Slice(row * _bias.Width, _bias.Width)) sum += bias;
        return sum;
    }

    // What the sequence adds to the logit; the shares are those of the row's steps.
    private float Forward(FeatureBlocks inputs, int row, Span<float> shares)
    {
        var weights = _parameter.Weights;
        var length = inputs.Lengths(_vectors)[row];
        var logit = weights[0];
        shares = shares[..length];
        for (var step = 0; step < length; step++)
            shares[step] = _weights.Positions(weights)[PlaceOf(step, length)] + Dot(_weights.Values(weights), ValuesOf(inputs, row, step));
        Softmax(shares);
        for (var step = 0; step < length; step++) logit += shares[step] * Dot(_weights.Query(weights), VectorOf(inputs, row, step));
        return logit;
    }

    private void Backward(in TrainContext context, int row, float delta)
    {
        var inputs = context.Inputs;
        if (_bias is not null) context.Gradients.Block(_bias).Slice(row * _bias.Width, _bias.Width).Fill(delta);
        _gradient[0] += delta;
        Span<float> shares = stackalloc float[_vectors.MaxLength];
        var (attended, length) = (Forward(inputs, row, shares) - _parameter.Weights[0], inputs.Lengths(_vectors)[row]);
        for (var step = 0; step < length; step++)
        {
            var vector = VectorOf(inputs, row, step);
            var query = _weights.Query(_parameter.Weights);
            var toward = delta * shares[step] * (Dot(query, vector) - attended);
            _weights.Positions(_gradient)[PlaceOf(step, length)] += toward;
            Add(_weights.Values(_gradient), toward, ValuesOf(inputs, row, step));
            Add(_weights.Query(_gradient), delta * shares[step], vector);
            Add(VectorOf(context.Gradients, row, step), delta * shares[step], query);
        }
    }

    private int PlaceOf(int step, int length) => _vectors.Slot.Order == SequenceOrder.NewestFirst ? step : length - 1 - step;

    private Span<float> VectorOf(FeatureBlocks blocks, int row, int step) =>
        blocks.Sequence(_vectors).Slice(((row * _vectors.MaxLength) + step) * _vectors.Dimension, _vectors.Dimension);

    private ReadOnlySpan<float> ValuesOf(FeatureBlocks inputs, int row, int step)
    {
        var width = _vectors.Slot.StepValues.Count;
        return inputs.StepValues(_vectors.Slot).Slice(((row * _vectors.MaxLength) + step) * width, width);
    }

    private static void Softmax(Span<float> scores)
    {
        var (largest, sum) = (float.NegativeInfinity, 0f);
        foreach (var score in scores) largest = MathF.Max(largest, score);
        foreach (ref var score in scores)
        {
            score = MathF.Exp(score - largest);
            sum += score;
        }
        foreach (ref var score in scores) score /= sum;
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0f;
        for (var i = 0; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }

    private static void Add(Span<float> target, float factor, ReadOnlySpan<float> source)
    {
        for (var i = 0; i < target.Length; i++) target[i] += factor * source[i];
    }
}
