using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The first-order part of every model: of each head a global bias, the biases of the ids, and a weight for each dense feature.
/// </summary>
internal sealed class LinearPart
{
    private readonly SegmentLayout _bias;
    private readonly IdBiases _idBiases;
    private readonly int _denseWidth, _heads;

    public LinearPart(ModelInputs inputs, Optimizer optimizer)
    {
        (_bias, _denseWidth, _heads) = (inputs.Bias, inputs.Schema.Layout.DenseWidth, inputs.Heads.Count);
        _idBiases = new IdBiases(inputs);
        Parameter = new Parameter(BuiltInSections.Linear, 1 + _denseWidth, _heads, optimizer);
        // A rate begins at one action a unit.
        foreach (var head in inputs.Heads.Tasks) Parameter.Weights[head.Logit] = head.InitialBias;
        Parameter.InitializeState();
    }

    /// <summary>[1 + dense features, heads]: the global biases, then the dense weights.</summary>
    public Parameter Parameter { get; }

    /// <summary>The global biases, by head.</summary>
    public Span<float> Biases => Parameter.Weights.AsSpan(0, _heads);

    /// <summary>Sets the heads of some rows.</summary>
    public void Forward(Workspace space, int start, int end)
    {
        if (_heads == 1)
        {
            ForwardOne(space, start, end);
            return;
        }
        var logits = new Matrix(space.Logits.AsSpan(start * _heads), end - start, _heads);
        DenseRows.FillBias(logits, Parameter.Weights.AsSpan(0, _heads));
        var weights = new ReadOnlyMatrix(Parameter.Weights.AsSpan(_heads), _denseWidth, _heads);
        MatrixProduct.Multiply(Dense(space, start, end - start), weights, logits, accumulate: true);
        _idBiases.Forward(space, start, end);
    }

    /// <summary>Sets the gradients of the biases.</summary>
    public void Backward(Workspace space, int start, int end)
    {
        if (_heads > 1)
        {
            _idBiases.Backward(space, start, end);
            return;
        }
        var gradient = space.Gradients.Block(_bias);
        for (var row = start; row < end; row++) gradient.Slice(row * _bias.Width, _bias.Width).Fill(space.Deltas[row]);
    }

    /// <summary>Sets the gradient of the global biases and the dense weights.</summary>
    public void SumWeightGradient(Workspace space)
    {
        Parameter.Gradient.AsSpan().Clear();
        if (_heads == 1) Parameter.Gradient[0] = Reduction.Sum(space.Deltas.AsSpan(0, space.Rows));
        else DenseRows.AddColumnSums(Deltas(space, 0, space.Rows), Parameter.Gradient.AsSpan(0, _heads));
        if (_denseWidth == 0) return;
        for (var run = RowRun.First(space); !run.IsEmpty; run = run.Next(space)) AddWeightGradient(space, run);
    }

    private void ForwardOne(Workspace space, int start, int end)
    {
        var biases = space.Blocks.Block(_bias);
        var constant = Parameter.Weights[0];
        var weights = Parameter.Weights.AsSpan(1);
        ReadOnlySpan<float> dense = space.Blocks.Dense;
        for (var row = start; row < end; row++)
        {
            space.Logits[row] = constant + Reduction.Sum(biases.Slice(row * _bias.Width, _bias.Width))
                + Reduction.Dot(weights, dense.Slice(row * _denseWidth, _denseWidth));
        }
    }

    private void AddWeightGradient(Workspace space, RowRun run)
    {
        var dense = Dense(space, run.Start, run.Count);
        var gradient = Parameter.Gradient.AsSpan(_heads);
        // The product of a row of gradients has sums that fill vectors; with several heads a sum is a column.
        if (_heads == 1)
        {
            MatrixProduct.Multiply(
                Deltas(space, run.Start, run.Count).Transposed, dense, new Matrix(gradient, 1, _denseWidth), accumulate: true);
        }
        else
        {
            MatrixProduct.Multiply(
                dense.Transposed, Deltas(space, run.Start, run.Count), new Matrix(gradient, _denseWidth, _heads), accumulate: true);
        }
    }

    private ReadOnlyMatrix Dense(Workspace space, int start, int count) =>
        new(space.Blocks.Dense.Slice(start * _denseWidth, count * _denseWidth), count, _denseWidth);

    private ReadOnlyMatrix Deltas(Workspace space, int start, int count) =>
        new(space.Deltas.AsSpan(start * _heads, count * _heads), count, _heads);
}
