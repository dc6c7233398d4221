using System.Globalization;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What a store held when it was looked through. Immutable; thread-safe.</summary>
public sealed record SnapshotInspection
{
    /// <summary>The chain; null where there is none, or where it cannot be read.</summary>
    public required SnapshotManifest? Manifest { get; init; }

    /// <summary>The chain's commits, oldest first, and what their files say.</summary>
    public required IReadOnlyList<InspectedCommit> Commits { get; init; }

    /// <summary>Files that the manifest does not name: of commits under way, or left behind; <see cref="SnapshotCompactor.RetainAsync"/>
    /// deletes those that can no longer be published.</summary>
    public required IReadOnlyList<StoredFile> UnnamedFiles { get; init; }

    /// <summary>All that is wrong, each with the file's name.</summary>
    public required IReadOnlyList<SnapshotException> Problems { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{nameof(SnapshotInspection)}: {Commits.Count} commits, {UnnamedFiles.Count} files that no commit names, "
        + $"{Problems.Count} problems");
}
