using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>The module computes on the CPU.</summary>
internal sealed class HostMemory : ModuleMemory
{
    public override Device Device => CPU;

    public override BlockTensor Block(BlockShape shape) => new HostBlock(shape);

    public override Tensor ToModule(Tensor host) => host;

    public override void Complete()
    {
    }
}
