using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>The module computes on a device: blocks go there and gradients come back by copies that run beside the host.</summary>
internal sealed class StagedMemory(DeviceCopies copies) : ModuleMemory
{
    private long _completed;

    public override Device Device => copies.Device;

    /// <summary>How often all copies were waited for: one that was begun at an earlier number is done.</summary>
    public long Completed => Volatile.Read(ref _completed);

    public override BlockTensor Block(BlockShape shape) => new StagedBlock(shape, this, copies);

    // Some hundred numbers from memory that is not pinned, which the host waits for.
    public override Tensor ToModule(Tensor host) => host.to(copies.Device);

    public override void Complete()
    {
        copies.Complete();
        Interlocked.Increment(ref _completed);
    }
}
