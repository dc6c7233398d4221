using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>The lengths of a sequence as 64-bit integers, [rows]. Kept from batch to batch. Not thread-safe.</summary>
internal sealed class LengthTensor(ModuleMemory memory) : IDisposable
{
    private Tensor? _host, _sent;

    public Tensor Bind(ReadOnlySpan<int> lengths)
    {
        if (_host is null || _host.size(0) != lengths.Length)
        {
            Forget();
            _host?.Dispose();
            _host = empty(lengths.Length, ScalarType.Int64).DetachFromDisposeScope();
        }
        var destination = MemoryMarshal.Cast<byte, long>(_host.bytes);
        for (var i = 0; i < lengths.Length; i++) destination[i] = lengths[i];
        Forget();
        _sent = memory.ToModule(_host);
        return ReferenceEquals(_sent, _host) ? _host : _sent.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Forget();
        _host?.Dispose();
    }

    // What was sent to a device.
    private void Forget()
    {
        if (!ReferenceEquals(_sent, _host)) _sent?.Dispose();
        _sent = null;
    }
}
