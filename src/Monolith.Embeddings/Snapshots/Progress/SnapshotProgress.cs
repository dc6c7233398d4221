using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>How far a save, a restore, a compaction or a check has come.</summary>
public readonly record struct SnapshotProgress
{
    /// <summary>What is being done.</summary>
    public required SnapshotPhase Phase { get; init; }

    /// <summary>The file that it is done to.</summary>
    public required string File { get; init; }

    /// <summary>The rows done so far.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// The rows to be done, as far as it is known before: of a delta that is saved, the rows of the tables, of which it takes those that
    /// changed.
    /// </summary>
    public required long TotalRows { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotProgress), PrintMembers);
}
