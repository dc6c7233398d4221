using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>
/// A model of sequences, and of pooled slots: the sum of all biases and, for each sequence, of weight times the vectors of its steps. Each
/// number of the weights belongs to a sequence, or to the bias.
/// </summary>
internal sealed class StepModel : OnlineModel
{
    private readonly SequenceLayout[] _sequences;
    private readonly SegmentLayout _bias;
    private readonly float[] _weights;

    public StepModel(FeatureSchema schema)
    {
        (Schema, _bias) = (schema, schema.Layout.Find(RowBuilder.BiasName)!);
        _sequences = [.. schema.Layout.Sequences.Where(sequence => sequence.SegmentName == RowBuilder.VectorName)];
        _weights = new float[1 + _sequences.Sum(sequence => sequence.Dimension)];
        _weights.AsSpan().Fill(0.5f);
    }

    public override string Name => "steps";

    public override FeatureSchema Schema { get; }

    public override bool SupportsSequences => true;

    public override IReadOnlyList<ModelSectionLayout> SectionLayouts =>
    [
        new()
        {
            Section = "weights",
            Axes =
            [
                new([
                    new ModelSectionRange("bias", 1),
                    .. _sequences.Select(s => new ModelSectionRange($"slot '{s.Slot.Name}'", s.Dimension)),
                ]) { BeginsAtZero = true },
            ],
        },
    ];

    public override void Predict(in PredictContext context)
    {
        for (var row = 0; row < context.Rows; row++)
        {
            var logit = _weights[0];
            foreach (var bias in context.Inputs.Block(_bias).Slice(row * _bias.Width, _bias.Width)) logit += bias;
            Visit(context.Inputs, row, (weight, at, values) => logit += _weights[weight] * values.Inputs.Sequence(values.Layout)[at]);
            context.Logits[row] = logit;
        }
    }

    public override void Train(in TrainContext context)
    {
        Predict(context.Prediction);
        context.Gradients.Clear();
        var (inputs, gradients) = (context.Inputs, context.Gradients);
        for (var row = 0; row < context.Rows; row++)
        {
            var delta = (context.Logits[row] > 0 ? 1 : 0) - context.Examples.Labels(Schema.Tasks[0])[row];
            gradients.Block(_bias).Slice(row * _bias.Width, _bias.Width).Fill(delta);
            Visit(inputs, row, (weight, at, values) =>
            {
                gradients.Sequence(values.Layout)[at] = delta * _weights[weight];
                _weights[weight] -= 0.01f * delta * inputs.Sequence(values.Layout)[at];
            });
        }
    }

    public override void Save(ModelSections sections) => sections.AddFloats("weights", SectionRole.Weights, [_weights.Length], _weights);

    public override void Load(ModelSections sections) => sections.Floats("weights", [_weights.Length]).CopyTo(_weights);

    private void Visit(FeatureBlocks inputs, int row, Action<int, int, (FeatureBlocks Inputs, SequenceLayout Layout)> visit)
    {
        var first = 1;
        foreach (var sequence in _sequences)
        {
            for (var i = 0; i < inputs.Lengths(sequence)[row] * sequence.Dimension; i++)
                visit(first + (i % sequence.Dimension), (row * sequence.Width) + i, (inputs, sequence));
            first += sequence.Dimension;
        }
    }
}
