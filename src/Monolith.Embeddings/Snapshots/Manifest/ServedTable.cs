using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What a commit's files for replicas hold of a table that they get less often than each commit
/// (<see cref="Tables.EmbeddingTableOptions.SparseEvery"/>): all that changed between two commits, or nothing. Immutable; thread-safe.
/// </summary>
public sealed record ServedTable
{
    /// <summary>The table's name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The number of the commit that the changes go on from: a reader must hold the table as of that commit, or of a later one.
    /// </summary>
    public required ulong From { get; init; }

    /// <summary>
    /// The number of the commit whose state of the table the reader has afterwards: the commit's own; or <see cref="From"/>, where the
    /// files leave the table out.
    /// </summary>
    public required ulong To { get; init; }

    /// <summary>Whether the files have nothing of the table.</summary>
    internal bool IsLeftOut => To == From;

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ServedTable), PrintMembers);
}
