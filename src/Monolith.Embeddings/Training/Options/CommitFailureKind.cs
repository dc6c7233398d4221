namespace Monolith.Embeddings.Training;

/// <summary>Why a trainer's commit failed, as far as it matters for what to do: see <see cref="CommitFailureOptions"/>.</summary>
public enum CommitFailureKind
{
    /// <summary>The store has no room: <see cref="Snapshots.SnapshotException.IsOutOfRoom"/>.</summary>
    OutOfRoom,

    /// <summary>The store does not answer, refuses to write, or has no manifest, as a disk that is not mounted.</summary>
    Unreachable,

    /// <summary>The manifest or a file is not what was written, or a file is gone.</summary>
    Damaged,

    /// <summary>A rule forbids the commit: a limit of what a file can hold, counts of parts that cannot be.</summary>
    Refused,

    /// <summary>
    /// Another trainer has taken the store over: <see cref="Snapshots.SnapshotException.IsReplaced"/>. What this one learns is lost.
    /// </summary>
    Replaced,
}
