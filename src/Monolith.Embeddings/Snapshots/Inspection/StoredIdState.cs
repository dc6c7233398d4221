namespace Monolith.Embeddings.Snapshots;

/// <summary>What a store says of an id, see <see cref="StoredExplanation"/>.</summary>
public enum StoredIdState
{
    /// <summary>Nothing: it never came, a sketch counts it, or it was removed before the newest full, and no audit says so.</summary>
    Unknown,

    /// <summary>It has a row.</summary>
    HasRow,

    /// <summary>It has no row, and an exact admission filter counts it.</summary>
    Counted,

    /// <summary>A commit since the newest full removed its row, or an audit says that it was removed.</summary>
    Removed,
}
