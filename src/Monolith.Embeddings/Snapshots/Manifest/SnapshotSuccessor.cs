using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Where a chain goes on that was migrated to another schema. It stands in the manifest of the old store until a trainer takes that over
/// again. Immutable; thread-safe.
/// </summary>
public sealed record SnapshotSuccessor
{
    /// <summary>The identity of the chain in the new store.</summary>
    public required Guid Chain { get; init; }

    /// <summary>The fingerprint of its schema.</summary>
    public required ulong Schema { get; init; }

    /// <summary>When the migration was made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotSuccessor), PrintMembers);
}
