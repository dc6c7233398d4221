using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>
/// A back-up that was made before ids were forgotten: it holds them until <see cref="SnapshotBackup.RetainAsync"/> drops it. Immutable.
/// </summary>
public sealed record HeldBackup
{
    /// <summary>The store, by its place in <see cref="ForgetRequest.Backups"/>.</summary>
    public required int Store { get; init; }

    /// <summary>The back-up's identity, see <see cref="SnapshotBackupEntry.Id"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How many newer ones its store has: retaining fewer than this and one more drops it.</summary>
    public required int Newer { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(HeldBackup), PrintMembers);
}
