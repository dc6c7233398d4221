using System.Buffers;
using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Where one block of floats lies: 64-byte aligned, in memory that does not move. Either in a pinned array (<see cref="Array"/>), or in
/// what a <see cref="BlockAllocator"/> supplied (<see cref="Owner"/>). Valid until the blocks are next resized.
/// </summary>
[DebuggerDisplay("{Count} floats")]
public readonly struct FloatBlock
{
    internal FloatBlock(float[]? array, int offset, int count, IMemoryOwner<float>? owner) =>
        (Array, Offset, Count, Owner) = (array, offset, count, owner);

    /// <summary>The pinned array that holds the block from <see cref="Offset"/> on; null where an allocator supplied the memory.</summary>
    public float[]? Array { get; }

    /// <summary>Where in <see cref="Array"/> the block begins, in floats. 0 where an allocator supplied the memory.</summary>
    public int Offset { get; }

    /// <summary>How many floats the block has.</summary>
    public int Count { get; }

    /// <summary>What an allocator supplied; null for a pinned array.</summary>
    public IMemoryOwner<float>? Owner { get; }

    /// <summary>The floats.</summary>
    public Span<float> Span => Array is { } array ? array.AsSpan(Offset, Count) : Owner is { } owner ? owner.Memory.Span[..Count] : default;
}
