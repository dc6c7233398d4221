// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

/// <summary>
/// The sum of the ids' biases, which all tasks have in common, and one dense weight a task, learned by plain gradient descent.
/// </summary>
public sealed class BiasSum(FeatureSchema schema, float learningRate = 0.01f) : OnlineModel
{
    private readonly SegmentLayout _biases = schema.Layout.Find(RowBuilder.BiasName)
        ?? throw new ArgumentException("No table has a bias.", nameof(schema));

    private readonly float[] _weights = new float[schema.Tasks.Count], _gradient = new float[schema.Tasks.Count];

    public override string Name => "bias-sum";

    public override FeatureSchema Schema => schema;

    public override bool HasFiniteWeights => Array.TrueForAll(_weights, float.IsFinite);

    public override void Predict(in PredictContext context)
    {
        context.RequireFor(this);
        var biases = context.Inputs.Block(_biases);
        for (var row = 0; row < context.Rows; row++)
        {
            var sum = 0f;
            foreach (var bias in biases.Slice(row * _biases.Width, _biases.Width)) sum += bias;
            for (var task = 0; task < _weights.Length; task++) context.Logits[row * _weights.Length + task] = sum + _weights[task];
        }
    }

    public override void Train(in TrainContext context)
    {
        context.RequireFor(this);
        Predict(context.Prediction);
        context.ForwardDone();
        context.Gradients.Clear();
        _gradient.AsSpan().Clear();
        for (var row = 0; row < context.Rows; row++)
        {
            var sum = 0f;
            for (var task = 0; task < _weights.Length; task++)
            {
                var label = context.Examples.Labels(schema.Tasks[task])[row];
                if (float.IsNaN(label)) continue;
                var logit = context.Logits[row * _weights.Length + task] + context.Examples.LogitOffsets(schema.Tasks[task])[row];
                var delta = context.Examples.Weights[row] * (1 / (1 + MathF.Exp(-logit)) - label);
                _gradient[task] += delta;
                sum += delta;
            }
            context.Gradients.Block(_biases).Slice(row * _biases.Width, _biases.Width).Fill(sum);
        }
        for (var task = 0; task < _weights.Length; task++) _weights[task] -= learningRate * _gradient[task];
    }

    public override void Save(ModelSections sections) =>
        sections.AddFloats("weights", SectionRole.Weights, [_weights.Length], _weights);

    public override void Load(ModelSections sections)
    {
        var weights = sections.Floats("weights", [_weights.Length]);
        sections.RequireAllRead();
        weights.CopyTo(_weights);
    }
}
// </page>
