using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>
/// Tells files that can no longer be published from those that a process is about to publish, by their names and a manifest that was read
/// after the file was seen. No clock is asked: a slow writer looks like a dead one.
/// </summary>
internal static class SnapshotOrphans
{
    /// <summary>Whether a file that the manifest does not name will never be named by one.</summary>
    /// <param name="name">The file's name. One that <see cref="SnapshotNames"/> did not make is not the store's: no orphan.</param>
    /// <param name="manifest">The manifest, read after the file was seen.</param>
    public static bool IsOrphan(string name, SnapshotManifest manifest) =>
        SnapshotNames.TryRead(name, out var made) && made.Maker switch
        {
            SnapshotNames.Maker.Compaction => IsOvertaken(made, manifest),
            // It is not of one commit: while its trainer holds the chain, any to come may name it.
            SnapshotNames.Maker.Segment => made.Incarnation < manifest.Incarnation,
            _ => IsFenced(made, manifest),
        };

    // A trainer appends the next number, under its incarnation, and only while that is the manifest's.
    private static bool IsFenced(SnapshotNames.Parts made, SnapshotManifest manifest) =>
        made.Incarnation < manifest.Incarnation
        || (made.Incarnation == manifest.Incarnation && made.Number <= (manifest.Newest?.Number ?? 0));

    // A compaction puts a full behind the delta that it stands for, if this is there and no full is. A commit that was dropped never comes
    // again.
    private static bool IsOvertaken(SnapshotNames.Parts made, SnapshotManifest manifest)
    {
        var same = manifest.Commits.Where(c => c.Number == made.Number).ToList();
        var isToCome = same.Count == 0 && made.Number > (manifest.Newest?.Number ?? 0);
        return !isToCome && (same.Count == 0 || same.Exists(c => c.Kind == SnapshotKind.Full));
    }
}
