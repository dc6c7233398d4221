namespace Monolith.Embeddings.Serving;

/// <summary>How a replica is, for the health checks of a host.</summary>
public enum ReplicaStatus
{
    /// <summary>It holds no commit yet: send it no requests.</summary>
    NotReady,

    /// <summary>It holds what it is to hold.</summary>
    Following,

    /// <summary>It serves, from a commit that is older than was asked for, though the trainer has learned since.</summary>
    Behind,

    /// <summary>It serves, but could not follow its store when it last tried.</summary>
    Failing,

    /// <summary>It serves the commit that it is pinned to (<see cref="ModelReplica.PinAsync"/>), however old that is.</summary>
    Pinned,

    /// <summary>It holds the newest commit, and its trainer is alive and has learned nothing since: the stream is quiet.</summary>
    StreamQuiet,

    /// <summary>It holds the newest commit, and its trainer said that its run has ended.</summary>
    TrainerEnded,

    /// <summary>
    /// It serves, and its trainer gave no sign of life for three times as long as it promised: it is dead, cut off from the store, or
    /// hangs.
    /// </summary>
    TrainerSilent,

    /// <summary>It serves, and its trainer said that its run has ended by an exception.</summary>
    TrainerFailed,

    /// <summary>It serves what was committed before, and its trainer said that the model has diverged.</summary>
    TrainerDiverged,

    /// <summary>
    /// It serves, and its store was migrated to another schema (<see cref="ModelReplica.MovedTo"/>): no commit comes any more. Switch to a
    /// program of the new schema.
    /// </summary>
    SchemaMovedOn,
}
