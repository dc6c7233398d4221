using System.Globalization;

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

    /// <summary>One line for a console or a log, in the invariant culture.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Phase} {File}: {Rows:N0} of {TotalRows:N0} rows ({(TotalRows > 0 ? Rows / (double)TotalRows : 1):P0})");
}
