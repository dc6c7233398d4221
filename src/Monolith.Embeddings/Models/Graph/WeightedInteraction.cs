using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The interactions of a model with several heads: a weight for each element and head. They begin at 1 for logits, which is the
/// factorization machine, and at 0 for rates, which begin the same for all rows.
/// </summary>
internal sealed class WeightedInteraction : InteractionPart
{
    private readonly SegmentLayout _vector;
    private readonly int _dimension, _heads;
    private readonly float[] _transposed;

    public WeightedInteraction(ModelInputs inputs, Optimizer optimizer)
    {
        (_vector, _dimension, _heads) = (inputs.Vector!, inputs.Dimension, inputs.Heads.Count);
        Parameter = new Parameter(BuiltInSections.Interaction, _dimension, _heads, optimizer);
        for (var i = 0; i < _dimension; i++) Parameter.Weights.AsSpan(i * _heads, inputs.Heads.Tasks.Length).Fill(1);
        Parameter.InitializeState();
        _transposed = new float[Parameter.Weights.Length];
    }

    /// <summary>[dimension, heads].</summary>
    public override Parameter Parameter { get; }

    public override void Forward(Workspace space, int start, int end)
    {
        var vectors = space.Blocks.Block(_vector);
        for (var row = start; row < end; row++)
        {
            ElementInteraction.Forward(
                vectors.Slice(row * _vector.Width, _vector.Width), Row(space.FieldSums, row), Row(space.Interactions, row));
        }
        var weights = new ReadOnlyMatrix(Parameter.Weights, _dimension, _heads);
        var logits = new Matrix(space.Logits.AsSpan(start * _heads), end - start, _heads);
        MatrixProduct.Multiply(Elements(space.Interactions, start, end - start), weights, logits, accumulate: true);
    }

    public override void ItemQuery(Workspace space, int row, int head, Span<float> query)
    {
        var sums = Row(space.FieldSums, row);
        for (var f = 0; f < _dimension; f++) query[f] = Parameter.Weights[f * _heads + head] * sums[f];
    }

    public override void PrepareBackward() =>
        Transposition.Copy(new ReadOnlyMatrix(Parameter.Weights, _dimension, _heads), _transposed);

    public override void Backward(Workspace space, int start, int end)
    {
        var ofElements = new Matrix(space.InteractionGradients.AsSpan(start * _dimension), end - start, _dimension);
        var weights = new ReadOnlyMatrix(_transposed, _heads, _dimension);
        MatrixProduct.Multiply(Deltas(space, start, end - start), weights, ofElements, accumulate: false);
        var vectors = space.Blocks.Block(_vector);
        var gradients = space.Gradients.Block(_vector);
        for (var row = start; row < end; row++)
        {
            var gradient = gradients.Slice(row * _vector.Width, _vector.Width);
            // A row without loss may hold NaN, and 0 times NaN is NaN.
            if (!space.Deltas.AsSpan(row * _heads, _heads).ContainsAnyExcept(0f)) gradient.Clear();
            else
            {
                ElementInteraction.Backward(
                    vectors.Slice(row * _vector.Width, _vector.Width), Row(space.FieldSums, row), Row(space.InteractionGradients, row),
                    gradient);
            }
        }
    }

    public override void SumWeightGradient(Workspace space)
    {
        Parameter.Gradient.AsSpan().Clear();
        var sums = new Matrix(Parameter.Gradient, _dimension, _heads);
        for (var run = RowRun.First(space); !run.IsEmpty; run = run.Next(space))
        {
            MatrixProduct.Multiply(
                Elements(space.Interactions, run.Start, run.Count).Transposed, Deltas(space, run.Start, run.Count), sums, accumulate: true);
        }
    }

    private Span<float> Row(float[] values, int row) => values.AsSpan(row * _dimension, _dimension);

    private ReadOnlyMatrix Elements(float[] values, int start, int count) =>
        new(values.AsSpan(start * _dimension, count * _dimension), count, _dimension);

    private ReadOnlyMatrix Deltas(Workspace space, int start, int count) =>
        new(space.Deltas.AsSpan(start * _heads, count * _heads), count, _heads);
}
