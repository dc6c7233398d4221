using Monolith.Embeddings.Features;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// A block on the CPU. The leaf lies over the block's memory, and its gradient is summed straight into the gradient's: nothing is copied,
/// unless an allocator supplied memory that is no managed array.
/// </summary>
internal sealed class HostBlock(BlockShape shape) : BlockTensor
{
    private readonly SharedFloats _input = new(shape), _gradient = new(shape);
    private FloatBlock _destination;

    public override Tensor Bind(in FloatBlock input, in FloatBlock? gradient, int rows)
    {
        var isNew = _input.Take(input, rows);
        if (!_input.IsShared) Overwrite(_input, input);
        if (gradient is not { } destination) return _input.Tensor;
        isNew |= _gradient.Take(destination, rows);
        if (!_gradient.IsShared) _gradient.Span.Clear();
        _destination = destination;
        if (!isNew) return _input.Tensor;
        _input.Tensor.requires_grad = true;
        // The backward pass adds to a gradient that is there, in place.
        _input.Tensor.grad = _gradient.Tensor;
        return _input.Tensor;
    }

    public override void BeginReturn()
    {
    }

    public override void EndReturn()
    {
        if (!_gradient.IsShared) _gradient.Span.CopyTo(_destination.Span);
    }

    public override void Dispose()
    {
        _input.Dispose();
        _gradient.Dispose();
    }

    private static void Overwrite(SharedFloats floats, in FloatBlock block) => block.Span.CopyTo(floats.Span);
}
