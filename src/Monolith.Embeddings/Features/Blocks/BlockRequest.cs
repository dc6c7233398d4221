namespace Monolith.Embeddings.Features;

/// <summary>Which block a <see cref="BlockAllocator"/> is asked for. Immutable.</summary>
public readonly struct BlockRequest
{
    internal BlockRequest(BlockUse use, string name, int width, int count) => (Use, Name, Width, Count) = (use, name, width, count);

    /// <summary>What the block will hold.</summary>
    public BlockUse Use { get; }

    /// <summary>
    /// The name of the segment; <see cref="FeatureBlocks.DenseName"/> for the dense features; slot and segment, such as
    /// <c>recent/vector</c>, for a sequence, and <c>recent/(steps)</c> for its step values.
    /// </summary>
    public string Name { get; }

    /// <summary>How many floats a row takes.</summary>
    public int Width { get; }

    /// <summary>How many floats are needed; a multiple of <see cref="Width"/>, or more.</summary>
    public int Count { get; }
}
