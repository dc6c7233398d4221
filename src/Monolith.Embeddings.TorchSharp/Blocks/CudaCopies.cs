using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// Copies to and from a CUDA device, by pinned memory. TorchSharp knows no streams: all goes through the default one, in order, and waiting
/// is for all of it.
/// </summary>
internal sealed class CudaCopies(Device device) : DeviceCopies
{
    public override Device Device => device;

    public override Tensor Staging(BlockShape shape, int rows)
    {
        using var pageable = shape.Empty(rows);
        return pageable.pin_memory();
    }

    public override Tensor ToDevice(Tensor staged) => staged.to(device, non_blocking: true);

    public override void ToHost(Tensor values, Tensor staged) => staged.copy_(values, nonBlocking: true);

    public override void Complete() => cuda.synchronize(device);
}
