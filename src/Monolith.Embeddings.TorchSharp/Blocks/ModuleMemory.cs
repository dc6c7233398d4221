using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// The memory in which a module computes, and how blocks of the trainer reach it: the seam between a CPU, which shares them, and a device,
/// to which they are copied.
/// </summary>
internal abstract class ModuleMemory
{
    /// <summary>Where the module's weights and inputs lie.</summary>
    public abstract Device Device { get; }

    /// <summary>Room for one block.</summary>
    public abstract BlockTensor Block(BlockShape shape);

    /// <summary>The same numbers where the module computes; the tensor itself where that is the host.</summary>
    public abstract Tensor ToModule(Tensor host);

    /// <summary>Waits until every copy that was begun is done, so that its memory may be used again.</summary>
    public abstract void Complete();
}
