using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What a store held when it was looked through. Immutable; thread-safe.</summary>
/// <param name="Manifest">The chain; null where there is none, or where it cannot be read.</param>
/// <param name="Commits">The chain's commits, oldest first, and what their files say.</param>
/// <param name="UnnamedFiles">Files that the manifest does not name: of commits under way, or left behind; <see cref="SnapshotCompactor.RetainAsync"/> deletes those that nobody can publish any more.</param>
/// <param name="Problems">All that is wrong, each with the file's name.</param>
public sealed record SnapshotInspection(
    SnapshotManifest? Manifest,
    IReadOnlyList<InspectedCommit> Commits,
    IReadOnlyList<StoredFile> UnnamedFiles,
    IReadOnlyList<SnapshotException> Problems)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotInspection), PrintMembers);
}
