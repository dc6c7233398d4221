using Monolith.Embeddings.Features;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// One block of a model's input as a tensor where the module computes, and the way back of its gradient. Kept from batch to batch; belongs
/// to no dispose scope. Not thread-safe.
/// </summary>
internal abstract class BlockTensor : IDisposable
{
    /// <summary>The tensor of a block: a leaf where a gradient is wanted, else without one. Valid until the next call.</summary>
    /// <param name="input">The block.</param>
    /// <param name="gradient">Receives the gradient; cleared by the caller. Null where none is wanted.</param>
    /// <param name="rows">How many rows both have.</param>
    public abstract Tensor Bind(in FloatBlock input, in FloatBlock? gradient, int rows);

    /// <summary>Begins to bring the gradient back. <see cref="EndReturn"/> must not run before all copies are complete.</summary>
    public abstract void BeginReturn();

    /// <summary>Writes what came back into the block of the last <see cref="Bind"/>.</summary>
    public abstract void EndReturn();

    public abstract void Dispose();
}
