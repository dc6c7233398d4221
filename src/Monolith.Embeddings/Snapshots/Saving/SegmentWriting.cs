namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>Writes segments after a cut, and says which live from the commit on and which no more.</summary>
/// <param name="chain">Where to.</param>
/// <param name="cancellationToken">Cancels the writing.</param>
internal delegate Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> SegmentWriting(
    SnapshotChain chain, CancellationToken cancellationToken);
