using System.Buffers;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Blocks;

/// <summary>The memory of one block: grows and is replaced, never shrinks. Not thread-safe.</summary>
internal sealed class BlockBuffer(BlockUse use, string name, int width, BlockAllocator? allocator)
{
    private float[]? _array;
    private IMemoryOwner<float>? _owner;
    private int _offset, _capacity;

    public FloatBlock Storage(int rows) => new(_array, _offset, rows * width, _owner);

    public Span<float> Span(int rows) => Storage(rows).Span;

    /// <exception cref="ArgumentOutOfRangeException">So many rows are more than an array holds.</exception>
    public void RequireFits(int rows)
    {
        var needed = (long)rows * width;
        if (needed <= Array.MaxLength - AlignedMemory.MaxOffset) return;
        throw OutOfRange.Of(nameof(rows), rows,
            $"{rows} rows of {width} floats ('{name}') are {needed} floats; an aligned array holds "
            + $"{Array.MaxLength - AlignedMemory.MaxOffset}. Use smaller batches.");
    }

    /// <summary>Makes room for rows that fit. What the block held is lost where it grows.</summary>
    public void Reserve(int rows)
    {
        var count = rows * width;
        if (count > _capacity) Grow((int)Math.Min(Math.Max(count, 2L * _capacity), Array.MaxLength - AlignedMemory.MaxOffset));
    }

    private void Grow(int capacity)
    {
        if (allocator is null) _array = AlignedMemory.Allocate(capacity, out _offset);
        else
        {
            var owner = Supplied(capacity);
            _owner?.Dispose();
            _owner = owner;
        }
        _capacity = capacity;
    }

    private IMemoryOwner<float> Supplied(int capacity)
    {
        var owner = allocator!.Allocate(new BlockRequest(use, name, width, capacity));
        var memory = owner.Memory.Span;
        if (memory.Length >= capacity && AlignedMemory.IsAligned(memory)) return owner;
        var length = memory.Length;
        owner.Dispose();
        throw new InvalidOperationException(
            $"{allocator.GetType().Name} supplied {length} floats for the block '{name}', which needs {capacity} at an address that is a "
            + $"multiple of {AlignedMemory.Alignment} bytes.");
    }
}
