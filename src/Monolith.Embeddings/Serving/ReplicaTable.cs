using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// As of which commit a replica holds a table that replicas get less often than each commit
/// (<see cref="Tables.EmbeddingTableOptions.SparseEvery"/>). Immutable; thread-safe.
/// </summary>
public sealed record ReplicaTable
{
    /// <summary>The table's name.</summary>
    public required string Name { get; init; }

    /// <summary>The number of the commit whose state of the table the replica has.</summary>
    public required ulong Number { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaTable), PrintMembers);
}
