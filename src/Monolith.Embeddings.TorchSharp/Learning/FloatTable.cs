using System.Runtime.InteropServices;
using Monolith.Embeddings.TorchSharp.Blocks;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>Floats that the host fills for each batch, [rows, columns] or [rows]. Kept from batch to batch. Not thread-safe.</summary>
/// <param name="memory">Where the module computes.</param>
/// <param name="columns">How many a row has; 0 for a vector.</param>
internal sealed class FloatTable(ModuleMemory memory, int columns) : IDisposable
{
    private Tensor? _host;

    /// <summary>Where the module computes; of the last <see cref="Send"/>.</summary>
    public Tensor Tensor { get; private set; } = null!;

    /// <summary>Room for a number of rows; what it holds is not to be relied on.</summary>
    public Span<float> Resize(int rows)
    {
        if (_host is null || _host.size(0) != rows)
        {
            Forget();
            _host?.Dispose();
            Tensor = null!;
            _host = (columns > 0 ? empty(rows, columns) : empty(rows)).DetachFromDisposeScope();
        }
        return MemoryMarshal.Cast<byte, float>(_host.bytes);
    }

    /// <summary>Makes <see cref="Tensor"/> of what was filled.</summary>
    public void Send()
    {
        Forget();
        Tensor = memory.ToModule(_host!);
        if (!ReferenceEquals(Tensor, _host)) Tensor.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Forget();
        _host?.Dispose();
    }

    // What was sent to a device.
    private void Forget()
    {
        if (!ReferenceEquals(Tensor, _host)) Tensor?.Dispose();
    }
}
