using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>A few ids of one stripe that go through a batch together.</summary>
internal struct IdBlock
{
    /// <summary>How many ids a block has at most: as many as rows that are updated together.</summary>
    public const int MaxCount = RowUpdates.MaxRows;

    /// <summary>The place of its first id in the sorted batch.</summary>
    public int Start;

    public int Count;

    public int Stripe;

    /// <summary>How many of its ids may be in their second bucket.</summary>
    public int StrayCount;

    /// <summary>
    /// Whether the stripe was in use when the block's turn came, so that it waits for the others. Of a group, its first block.
    /// </summary>
    public bool IsPutOff;
}
