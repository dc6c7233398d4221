namespace Monolith.Embeddings.Tables;

/// <summary>Why a row was removed.</summary>
public enum RemovalCause
{
    /// <summary>The expiry policy said so, see <see cref="EmbeddingTable.Evict"/>.</summary>
    Expired,

    /// <summary>It made room for others at the limit, see <see cref="EmbeddingTableOptions.AtLimit"/>.</summary>
    Evicted,

    /// <summary>The caller removed it, by <see cref="EmbeddingTable.Remove(ReadOnlySpan{long})"/>.</summary>
    Removed,

    /// <summary>The caller removed all rows, by <see cref="EmbeddingTable.Clear"/>.</summary>
    Cleared,
}
