using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>The first-order part of every model: a global bias, the biases of the ids, and a weight for each dense feature.</summary>
internal sealed class LinearPart
{
    private readonly SegmentLayout _bias;
    private readonly int _denseWidth;

    public LinearPart(ModelInputs inputs, float initialBias, Optimizer optimizer)
    {
        (_bias, _denseWidth) = (inputs.Bias, inputs.Schema.DenseWidth);
        Parameter = new Parameter(BuiltInSections.Linear, 1 + _denseWidth, 1, optimizer);
        Parameter.Weights[0] = initialBias;
        Parameter.InitializeState();
    }

    /// <summary>The global bias, then the dense weights.</summary>
    public Parameter Parameter { get; }

    /// <summary>Sets the logits of some rows.</summary>
    public void Forward(Workspace space, int start, int end)
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

    /// <summary>Sets the gradients of the biases.</summary>
    public void Backward(Workspace space, int start, int end)
    {
        var gradient = space.Gradients.Block(_bias);
        for (var row = start; row < end; row++) gradient.Slice(row * _bias.Width, _bias.Width).Fill(space.Deltas[row]);
    }

    /// <summary>Sets the gradient of the global bias and the dense weights.</summary>
    public void SumWeightGradient(Workspace space)
    {
        Parameter.Gradient.AsSpan().Clear();
        Parameter.Gradient[0] = Reduction.Sum(space.Deltas.AsSpan(0, space.Rows));
        if (_denseWidth == 0) return;
        var sums = new Matrix(Parameter.Gradient.AsSpan(1), 1, _denseWidth);
        for (var run = RowRun.First(space); !run.IsEmpty; run = run.Next(space))
        {
            var dense = new ReadOnlyMatrix(space.Blocks.Dense[(run.Start * _denseWidth)..], run.Count, _denseWidth);
            MatrixProduct.Multiply(new ReadOnlyMatrix(space.Deltas.AsSpan(run.Start), 1, run.Count), dense, sums, accumulate: true);
        }
    }
}
