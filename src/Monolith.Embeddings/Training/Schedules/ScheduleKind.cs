namespace Monolith.Embeddings.Training;

/// <summary>What a trainer does by a schedule.</summary>
public enum ScheduleKind
{
    /// <summary>
    /// Commits, which is what replicas follow: <see cref="SynchronizationOptions.SparseEvery"/>; and of a table, gives it to replicas with
    /// a commit: <see cref="Tables.EmbeddingTableOptions.SparseEvery"/>.
    /// </summary>
    Sparse,

    /// <summary>Gives replicas the dense weights with a commit: <see cref="SynchronizationOptions.DenseEvery"/>.</summary>
    Dense,

    /// <summary>Folds the chain of commits into a full snapshot: <see cref="SynchronizationOptions.FullEvery"/>.</summary>
    Full,

    /// <summary>
    /// Evicts by the tables' expiry policies: <see cref="OnlineTrainerOptions.EvictEvery"/>, and
    /// <see cref="Tables.EmbeddingTableOptions.EvictEvery"/> of a table.
    /// </summary>
    Eviction,
}
