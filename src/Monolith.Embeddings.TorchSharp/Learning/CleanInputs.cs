using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>
/// Inputs in which lost rows are zeros: copies, for the rare batch that has some. The tensors belong to the dispose scope in which they are
/// made.
/// </summary>
internal sealed class CleanInputs
{
    // Held: TorchSharp does not keep a scalar of a call from being collected.
    private static readonly Scalar Zero = 0f.ToScalar();

    private readonly FeatureLayout _layout;

    public CleanInputs(TorchInputs inputs, LostRows lost)
    {
        _layout = inputs.Schema.Layout;
        Inputs = new TorchInputs(inputs.Schema, inputs.Device);
        Inputs.Begin(inputs.Batch, inputs.Rows);
        var isLost = new bool[inputs.Rows];
        for (var row = 0; row < isLost.Length; row++) isLost[row] = lost.IsLost(row);
        var mask = tensor(isLost, device: inputs.Device);
        for (var i = 0; i < Inputs.Segments.Length; i++) Inputs.Segments[i] = Leaf(inputs.Segments[i], mask);
        for (var i = 0; i < Inputs.Sequences.Length; i++)
        {
            Inputs.Sequences[i] = Leaf(inputs.Sequences[i], mask);
            Inputs.Lengths[i] = Masked(inputs.Lengths[i], mask);
        }
        for (var i = 0; i < Inputs.Steps.Length; i++)
            Inputs.Steps[i] = inputs.Steps[i] is { } steps ? Masked(steps, mask) : null;
        Inputs.SetDense(Masked(inputs.Dense, mask));
    }

    public TorchInputs Inputs { get; }

    /// <summary>Writes the gradients of the copies into the blocks, which are cleared; zeros for lost rows.</summary>
    public void ReturnGradients(FeatureBlocks gradients, LostRows lost)
    {
        for (var i = 0; i < Inputs.Segments.Length; i++)
        {
            if (Inputs.Segments[i].grad is { } gradient) Return(gradient, gradients.Block(_layout.Segments[i]), lost);
        }
        for (var i = 0; i < Inputs.Sequences.Length; i++)
        {
            if (Inputs.Sequences[i].grad is { } gradient) Return(gradient, gradients.Sequence(_layout.Sequences[i]), lost);
        }
    }

    // A slope at zero may be infinite, and 0 times that is none.
    private static void Return(Tensor gradient, Span<float> destination, LostRows lost)
    {
        HostFloats.Read(gradient, destination);
        var width = destination.Length / lost.Rows;
        for (var row = 0; row < lost.Rows; row++)
        {
            if (lost.IsLost(row)) destination.Slice(row * width, width).Clear();
        }
    }

    private static Tensor Leaf(Tensor values, Tensor mask) => Masked(values, mask).requires_grad_();

    private static Tensor Masked(Tensor values, Tensor mask)
    {
        var wide = mask;
        for (var i = 1; i < values.dim(); i++) wide = wide.unsqueeze(-1);
        return values.detach().masked_fill(wide, Zero);
    }
}
