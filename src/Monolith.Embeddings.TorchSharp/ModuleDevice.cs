using Monolith.Embeddings.TorchSharp.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>Finds the device of a module, or moves it to the one that is asked for.</summary>
internal static class ModuleDevice
{
    /// <param name="module">The module.</param>
    /// <param name="wanted">The device that is asked for; null for the module's own.</param>
    /// <exception cref="InvalidOperationException">The device is not there.</exception>
    /// <exception cref="NotSupportedException">It is of a kind that the package does not know.</exception>
    public static ModuleMemory MemoryOf(nn.Module module, Device? wanted)
    {
        var device = wanted ?? module.parameters().FirstOrDefault()?.device ?? CPU;
        if (device.type is not (DeviceType.CPU or DeviceType.CUDA))
        {
            throw new NotSupportedException(
                $"A model computes on {DeviceType.CPU} or {DeviceType.CUDA}, not on the device {device} of the module or the options.");
        }
        if (device.type == DeviceType.CUDA) RequireCuda(device);
        if (wanted is not null) module.to(wanted);
        return device.type == DeviceType.CPU ? new HostMemory() : new StagedMemory(new CudaCopies(device));
    }

    private static void RequireCuda(Device device)
    {
        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (device.index < count) return;
        throw new InvalidOperationException($"The device {device} is asked for, and there are {count} CUDA devices that can be used. The "
            + "application needs the package TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of TorchSharp-cpu, and a driver for "
            + $"its version of CUDA. To compute on the CPU set {nameof(TorchModelOptions.Device)} to torch.CPU.");
    }
}
