namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>What a file is for.</summary>
internal enum SnapshotFileKind
{
    /// <summary>A full with optimizer state, that training resumes from.</summary>
    Full = 1,

    /// <summary>A delta with optimizer state.</summary>
    Delta = 2,

    /// <summary>A full of weights alone, that replicas load.</summary>
    ServingFull = 3,

    /// <summary>A delta of weights and tombstones, that replicas follow.</summary>
    ServingDelta = 4,

    /// <summary>A segment of an incremental section: bytes, and no tables.</summary>
    Segment = 5,

    /// <summary>A file of an example log: rows of examples, and no tables.</summary>
    Examples = 6,
}
