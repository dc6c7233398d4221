namespace Monolith.Embeddings.Tables;

/// <summary>A few ids of one stripe that go through a batch together.</summary>
internal struct IdBlock
{
    /// <summary>How many ids a block has at most: enough to keep the memory busy, few enough for their lines to stay in the cache.</summary>
    public const int MaxCount = 16;

    /// <summary>The place of its first id in the sorted batch.</summary>
    public int Start;

    public int Count;

    public int Stripe;

    /// <summary>How many of its ids may be in their second bucket.</summary>
    public int StrayCount;
}
