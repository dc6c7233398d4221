namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>A file of tables as a commit names it.</summary>
/// <param name="Entry">The file.</param>
/// <param name="IsServing">Whether it is for replicas; else for training.</param>
/// <param name="Part">The part that it is of; null for the trainer's own.</param>
/// <param name="Rows">How many rows it holds; null where the commit does not say.</param>
/// <param name="Tombstones">How many removals it holds; null where the commit does not say.</param>
internal readonly record struct CommitFile(SnapshotFileEntry Entry, bool IsServing, string? Part, long? Rows, long? Tombstones);
