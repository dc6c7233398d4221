namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>The numbers of a sampler's state, which stand beside its arrays.</summary>
internal record struct SamplerFrontier()
{
    /// <summary>How many items are known.</summary>
    public int Items;

    /// <summary>How many blocks were ever used.</summary>
    public int Blocks;

    /// <summary>The first free block, or -1.</summary>
    public int FreeBlock = -1;

    /// <summary>The item that was not seen for longest, or -1.</summary>
    public int Oldest = -1;

    /// <summary>The item that was seen last, or -1.</summary>
    public int Newest = -1;

    /// <summary>How many items of the last request there are.</summary>
    public int RequestItems;

    /// <summary>The last request; 0 for none.</summary>
    public long Request;

    /// <summary>The greatest event time of a positive.</summary>
    public long Clock = long.MinValue;

    /// <summary>The event time at which a positive counts 1, where counts fade.</summary>
    public long Landmark = long.MinValue;

    /// <summary>Up to which generation of the list of forgotten ids it has none of them.</summary>
    public long ForgottenUpTo;

    /// <summary>What was done.</summary>
    public SamplerCounts Counts;
}
