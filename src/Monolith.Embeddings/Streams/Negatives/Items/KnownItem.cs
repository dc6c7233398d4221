namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>What is known of an item that was seen.</summary>
internal struct KnownItem
{
    /// <summary>The id.</summary>
    public long Id;

    /// <summary>How many positives it had; where counts fade, as they count at the landmark of <see cref="SamplerFrontier"/>.</summary>
    public double Count;

    /// <summary>The event time of its newest positive.</summary>
    public long SeenAt;

    /// <summary>The item that was seen before it, or -1.</summary>
    public int Older;

    /// <summary>The item that was seen after it, or -1.</summary>
    public int Newer;

    /// <summary>The first block of its values, or -1.</summary>
    public int FirstBlock;

    /// <summary>How many words its values are.</summary>
    public int Words;
}
