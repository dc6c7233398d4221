using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What another process wrote of a commit: rows of its own range of ids, their removals, and the state of their admission filters. It
/// counts once a commit names it. Immutable; thread-safe.
/// </summary>
public sealed record SnapshotPart
{
    /// <summary>
    /// What tells it from the other parts of its commit, 1 to 256 bytes in UTF-8. A delta has parts of the same names as the commit that it
    /// goes on from.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>How many rows it writes. Not negative.</summary>
    public required long Rows { get; init; }

    /// <summary>How many removals it holds; 0 in a full.</summary>
    public required long Tombstones { get; init; }

    /// <summary>The file that training resumes from.</summary>
    public required SnapshotFileEntry Training { get; init; }

    /// <summary>The file that replicas read; null if and only if the commit has none.</summary>
    public SnapshotFileEntry? Serving { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotPart), PrintMembers);
}
