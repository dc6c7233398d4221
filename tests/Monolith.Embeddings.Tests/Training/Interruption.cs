namespace Monolith.Embeddings.Tests.Training;

/// <summary>Where a run is interrupted.</summary>
public enum Interruption
{
    Source,
    Encoder,
    Scored,
    ScoredCancels,
    Progress,
    Policy,
    Train,
    SnapshotProgress,
    Save,
    Committed,
    Store,
    StoreTimeout,
}
