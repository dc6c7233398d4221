using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Running;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// A block that is copied to a device by way of memory of its own, and its gradient back. That memory is not touched while a copy may run:
/// where a batch ended before its copies were waited for, the next one waits first.
/// </summary>
internal sealed class StagedBlock(BlockShape shape, StagedMemory memory, DeviceCopies copies) : BlockTensor
{
    private Tensor? _input, _gradient, _device;
    private FloatBlock _destination;
    private long _begunAt = -1;
    private int _rows = -1;

    public override Tensor Bind(in FloatBlock input, in FloatBlock? gradient, int rows)
    {
        Settle();
        _device?.Dispose();
        if (rows != _rows)
        {
            _input?.Dispose();
            _input = null;
        }
        _input ??= copies.Staging(shape, rows).DetachFromDisposeScope();
        _rows = rows;
        input.Span.CopyTo(HostFloats.Of(_input));
        Begin();
        _device = copies.ToDevice(_input).DetachFromDisposeScope();
        if (gradient is not { } destination) return _device;
        _destination = destination;
        return _device.requires_grad_();
    }

    // Bind has waited for the copy of the batch before.
    public override void BeginReturn()
    {
        if (_gradient is null || _gradient.size(0) != _rows)
        {
            _gradient?.Dispose();
            _gradient = copies.Staging(shape, _rows).DetachFromDisposeScope();
        }
        using var gradient = _device!.grad;
        if (gradient is null)
        {
            HostFloats.Of(_gradient).Clear();
            return;
        }
        using var detached = gradient.detach();
        Begin();
        copies.ToHost(detached, _gradient);
    }

    public override void EndReturn() => HostFloats.Of(_gradient!).CopyTo(_destination.Span);

    public override void Dispose()
    {
        Settle();
        _device?.Dispose();
        _input?.Dispose();
        _gradient?.Dispose();
    }

    private void Begin() => _begunAt = memory.Completed;

    private void Settle()
    {
        if (_begunAt == memory.Completed) memory.Complete();
        _begunAt = -1;
    }
}
