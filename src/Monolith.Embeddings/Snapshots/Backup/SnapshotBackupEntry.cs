using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A back-up, as the store that holds it lists it: one commit, with all that it is restored from. Immutable; thread-safe.
/// </summary>
public sealed record SnapshotBackupEntry
{
    /// <summary>Names the back-up: 128 random bits.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The chain that was backed up.</summary>
    public required Guid Chain { get; init; }

    /// <summary>The number of the commit that it holds.</summary>
    public required ulong Commit { get; init; }

    /// <summary>The identity of that commit, see <see cref="SnapshotCommit.Id"/>.</summary>
    public required Guid CommitId { get; init; }

    /// <summary>When that commit was made, in UTC: what was learned since is not in the back-up.</summary>
    public required DateTimeOffset CommitCreated { get; init; }

    /// <summary>How many bytes its files have together, also those that it shares with other back-ups.</summary>
    public required long Bytes { get; init; }

    /// <summary>The file that names its files: a manifest of the chain, as of the commit.</summary>
    public required SnapshotFileEntry Manifest { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotBackupEntry), PrintMembers);
}
