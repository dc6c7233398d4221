using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>Ids of a batch as tensors. Stateless; thread-safe.</summary>
internal static class IdTensors
{
    /// <summary>The ids of a slot, [rows, places]; 0 behind the last id of a row.</summary>
    public static Tensor Ids(FeatureBatch batch, FeatureSlot slot, int rows, Device device)
    {
        var own = OwnSlot(batch, slot);
        var ids = batch.Ids(own);
        var offsets = batch.Offsets(own);
        var places = slot.Pooling == Pooling.None ? slot.MaxIds : Math.Max(1, Most(offsets));
        var host = zeros(rows, places, ScalarType.Int64);
        var values = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (var row = 0; row < rows; row++)
        {
            var bag = batch.IsShared(own) ? 0 : row;
            ids[offsets[bag]..offsets[bag + 1]].CopyTo(values[(row * places)..]);
        }
        return Send(host, device);
    }

    /// <summary>How many ids each row has, [rows].</summary>
    public static Tensor Counts(FeatureBatch batch, FeatureSlot slot, int rows, Device device)
    {
        var own = OwnSlot(batch, slot);
        var offsets = batch.Offsets(own);
        var host = zeros(rows, ScalarType.Int64);
        var values = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (var row = 0; row < rows; row++)
        {
            var bag = batch.IsShared(own) ? 0 : row;
            values[row] = offsets[bag + 1] - offsets[bag];
        }
        return Send(host, device);
    }

    // A batch may be of another object of an equal schema.
    private static FeatureSlot OwnSlot(FeatureBatch batch, FeatureSlot slot) => batch.Schema.Slots[slot.Index];

    private static int Most(ReadOnlySpan<int> offsets)
    {
        var most = 0;
        for (var row = 1; row < offsets.Length; row++) most = Math.Max(most, offsets[row] - offsets[row - 1]);
        return most;
    }

    private static Tensor Send(Tensor host, Device device)
    {
        if (device.type == DeviceType.CPU) return host;
        var sent = host.to(device);
        host.Dispose();
        return sent;
    }
}
