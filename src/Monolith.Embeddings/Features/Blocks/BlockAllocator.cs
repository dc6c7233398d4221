using System.Buffers;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Supplies the memory of blocks, for a model whose tensor library shares no managed arrays. A block finds its memory again as <see
/// cref="FloatBlock.Owner"/>.
/// </summary>
public abstract class BlockAllocator
{
    /// <summary>
    /// Supplies memory for a block. Called on the thread that resizes the blocks, when one is first needed, and when it must grow.
    /// </summary>
    /// <param name="request">Which block, and how large it must be.</param>
    /// <returns>
    /// At least <see cref="BlockRequest.Count"/> floats at an address that is a multiple of 64 bytes, and that does not change. The blocks
    /// dispose it when they replace it by a larger one; what they still hold when the model is disposed is the model's to release.
    /// </returns>
    public abstract IMemoryOwner<float> Allocate(in BlockRequest request);
}
