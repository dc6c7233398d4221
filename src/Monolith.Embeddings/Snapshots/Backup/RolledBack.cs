using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>The result of <see cref="SnapshotRollback.GoBackAsync"/>. Immutable; thread-safe.</summary>
public sealed record RolledBack
{
    /// <summary>
    /// The commit that is the store's newest now: the state of the one that was asked for, with a number greater than those that the store
    /// had.
    /// </summary>
    public required SnapshotCommit Commit { get; init; }

    /// <summary>The back-up of the commit that was the newest until then.</summary>
    public required SnapshotBackupEntry SetAside { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RolledBack), PrintMembers);
}
