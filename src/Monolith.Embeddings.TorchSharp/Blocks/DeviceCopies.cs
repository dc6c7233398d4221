using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// The calls by which <see cref="StagedMemory"/> reaches a device. Copies run beside the caller: memory that one reads or writes must stay
/// as it is until <see cref="Complete"/> has returned. What computes on the device waits for copies by itself.
/// </summary>
internal abstract class DeviceCopies
{
    public abstract Device Device { get; }

    /// <summary>Host memory of a shape, from which and to which copies run beside the caller.</summary>
    public abstract Tensor Staging(BlockShape shape, int rows);

    /// <summary>Begins a copy to the device.</summary>
    /// <returns>The tensor there.</returns>
    public abstract Tensor ToDevice(Tensor staged);

    /// <summary>Begins a copy from the device.</summary>
    public abstract void ToHost(Tensor values, Tensor staged);

    /// <summary>Waits until all copies are done.</summary>
    public abstract void Complete();
}
