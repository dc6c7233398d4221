namespace Monolith.Embeddings.Snapshots;

/// <summary>What a trainer said of itself with its last heartbeat.</summary>
public enum HeartbeatState
{
    /// <summary>It trains, or waits for its stream. It promises another heartbeat.</summary>
    Training,

    /// <summary>Its run has ended: the stream did, or it was stopped. It promises nothing.</summary>
    Ended,

    /// <summary>Its run ended because the model diverged (<see cref="Training.TrainingDivergedException"/>).</summary>
    Diverged,

    /// <summary>Its run ended by another exception.</summary>
    Failed,
}
