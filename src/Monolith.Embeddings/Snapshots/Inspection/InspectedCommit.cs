using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A commit as it was found. Immutable; thread-safe.</summary>
/// <param name="Commit">What the manifest says of it.</param>
/// <param name="Training">The file that training resumes from.</param>
/// <param name="Serving">The file that replicas read; null where it has none.</param>
public sealed record InspectedCommit(SnapshotCommit Commit, InspectedFile Training, InspectedFile? Serving)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(InspectedCommit), PrintMembers);
}
