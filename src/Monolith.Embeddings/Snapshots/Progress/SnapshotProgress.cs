using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>How far a save, a restore, a compaction or a check has come.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="File">The file that it is done to.</param>
/// <param name="Rows">The rows done so far.</param>
/// <param name="TotalRows">
/// The rows to be done, as far as it is known before: of a delta that is saved, the rows of the tables, of which it takes those that changed.
/// </param>
public readonly record struct SnapshotProgress(SnapshotPhase Phase, string File, long Rows, long TotalRows)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotProgress), PrintMembers);
}
