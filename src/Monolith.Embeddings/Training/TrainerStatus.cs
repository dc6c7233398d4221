namespace Monolith.Embeddings.Training;

/// <summary>How a trainer is, for the health checks of a host; what is worse comes later.</summary>
public enum TrainerStatus
{
    /// <summary>No run is under way: none was begun, or the last one ended well.</summary>
    Idle,

    /// <summary>It learns.</summary>
    Training,

    /// <summary>It is well, and no batch came for a while.</summary>
    StreamQuiet,

    /// <summary>It learns, and the newest event time is further behind the clock than was asked for.</summary>
    FallingBehind,

    /// <summary>
    /// It learns and commits, and its gate holds commits back from replicas (<see cref="TrainerHealth.Publication"/>): they serve what they
    /// have.
    /// </summary>
    PublicationHeld,

    /// <summary>It learns, and a slot that had ids has none any more (<see cref="TrainerHealth.SilentSlots"/>).</summary>
    SlotSilent,

    /// <summary>It learns, and event times of the last minutes lay in the future: a sender's clock is wrong, or this host's.</summary>
    ClockWrong,

    /// <summary>The source threw, and is opened again (<see cref="OnlineTrainer.LastSourceFailure"/>).</summary>
    SourceFailing,

    /// <summary>
    /// It learns, but its last commit failed (<see cref="OnlineTrainer.LastCommitFailure"/>): what it learns is lost if the process ends.
    /// </summary>
    CommitsFailing,

    /// <summary>The last run ended by an exception.</summary>
    Failed,

    /// <summary>The last run ended because the model diverged; nothing that diverged was committed.</summary>
    Diverged,
}
