namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>What a block of a table holds. A file has a section a table and kind.</summary>
internal enum BlockKind
{
    /// <summary>Records of rows.</summary>
    Rows,

    /// <summary>Ids of rows that were removed.</summary>
    Removed,

    /// <summary>Parts of the records of an admission filter.</summary>
    Admission,
}
