using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Running;

/// <summary>Floats and bytes of tensors, read and written from the host, wherever they lie.</summary>
internal static class HostFloats
{
    /// <summary>Whether the memory of a tensor can be seen as it is: on the CPU, in order.</summary>
    public static bool AreVisible(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    /// <summary>The floats of a tensor that <see cref="AreVisible"/>; valid as long as it is.</summary>
    public static Span<float> Of(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public static void Read(Tensor tensor, Span<float> destination) => ReadBytes(tensor, MemoryMarshal.AsBytes(destination));

    /// <summary>Copies all bytes of a tensor out; waits for a device.</summary>
    public static void ReadBytes(Tensor tensor, Span<byte> destination)
    {
        if (tensor.numel() == 0) return;
        if (AreVisible(tensor))
        {
            tensor.bytes.CopyTo(destination);
            return;
        }
        using var detached = tensor.detach();
        using var host = detached.cpu();
        using var ordered = host.contiguous();
        ordered.bytes.CopyTo(destination);
    }

    /// <summary>Overwrites all bytes of a tensor.</summary>
    public static void WriteBytes(Tensor tensor, ReadOnlySpan<byte> source)
    {
        if (tensor.numel() == 0) return;
        if (AreVisible(tensor))
        {
            source.CopyTo(tensor.bytes);
            return;
        }
        using var unobserved = no_grad();
        using var host = empty(tensor.shape, tensor.dtype);
        source.CopyTo(host.bytes);
        tensor.copy_(host);
    }
}
