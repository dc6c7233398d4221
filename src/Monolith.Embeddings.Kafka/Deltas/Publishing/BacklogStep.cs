using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>What a publisher does next.</summary>
/// <param name="Commit">The commit that it tells of.</param>
/// <param name="IsAnnounced">Whether it says that the commit is there, and sends nothing of it.</param>
internal readonly record struct BacklogStep(SnapshotCommit Commit, bool IsAnnounced);
