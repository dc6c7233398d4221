using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Blocks;

/// <summary>
/// A tensor over a block of floats: over its memory where that is a managed array, which TorchSharp can share; else a tensor of its own
/// that the caller fills. Made again only where the block lies elsewhere, or has another number of rows.
/// </summary>
internal sealed class SharedFloats(BlockShape shape) : IDisposable
{
    private float[]? _array;
    private int _offset, _rows = -1;

    /// <summary>The tensor of the last <see cref="Take"/>; belongs to no dispose scope.</summary>
    public Tensor Tensor { get; private set; } = null!;

    /// <summary>Whether <see cref="Tensor"/> lies over the block itself.</summary>
    public bool IsShared => _array is not null;

    /// <summary>The floats of <see cref="Tensor"/>.</summary>
    public Span<float> Span => MemoryMarshal.Cast<byte, float>(Tensor.bytes);

    /// <returns>Whether <see cref="Tensor"/> is another object than before.</returns>
    public bool Take(in FloatBlock block, int rows)
    {
        var (array, offset) = ArrayOf(block);
        if (rows == _rows && array == _array && offset == _offset) return false;
        Tensor?.Dispose();
        Tensor = (array is null ? shape.Empty(rows) : Over(array, offset, block.Count, rows)).DetachFromDisposeScope();
        (_array, _offset, _rows) = (array, offset, rows);
        return true;
    }

    public void Dispose()
    {
        Tensor?.Dispose();
        (_array, _rows) = (null, -1);
    }

    // The tensor pins the array until it is disposed.
    private Tensor Over(float[] array, int offset, int count, int rows)
    {
        using var flat = frombuffer(array, ScalarType.Float32, count, offset);
        return shape.View(flat, rows);
    }

    private static (float[]? Array, int Offset) ArrayOf(in FloatBlock block)
    {
        if (block.Count == 0) return (null, 0);
        if (block.Array is { } own) return (own, block.Offset);
        return block.Owner is { } owner && MemoryMarshal.TryGetArray<float>(owner.Memory, out var segment)
            ? (segment.Array, segment.Offset)
            : (null, 0);
    }
}
