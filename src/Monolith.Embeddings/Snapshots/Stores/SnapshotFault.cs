namespace Monolith.Embeddings.Snapshots;

/// <summary>What kind of failure a <see cref="SnapshotException"/> reports.</summary>
public enum SnapshotFault
{
    /// <summary>The medium refused: a full disk, a read-only folder, a failed flush.</summary>
    Storage,

    /// <summary>A file is not there, or is there no more.</summary>
    Missing,

    /// <summary>The bytes are not what was written: cut short, changed, or of no snapshot at all.</summary>
    Damaged,

    /// <summary>The bytes are whole but of something else: another format version, chain, file or schema.</summary>
    Mismatch,

    /// <summary>A rule of the store or of the chain forbids it: a name used before, a gap, a trainer that was replaced.</summary>
    Refused,
}
