using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots;

/// <summary>One commit of a chain. Immutable; thread-safe.</summary>
public sealed record SnapshotCommit
{
    /// <summary>Its number: a delta's is one more than that of the commit before. A full made by compaction has the number of the commit that it stands for.</summary>
    public required ulong Number { get; init; }

    /// <summary>
    /// Its identity: 128 random bits. Numbers occur again where a store was set back to a copy and trained on; identities do not. A full
    /// snapshot made by compaction has that of the commit that it
    /// stands for. Empty in chains of format version 1.
    /// </summary>
    public Guid Id { get; init; }

    /// <summary>
    /// The identity of the commit that a delta goes on from. Empty for a full snapshot, and in chains of format version 1.
    /// </summary>
    public Guid Parent { get; init; }

    /// <summary>What it holds.</summary>
    public required SnapshotKind Kind { get; init; }

    /// <summary>The incarnation of the trainer whose state it is.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>The identity of that incarnation, as <see cref="SnapshotManifest.Trainer"/>; empty in chains of format version 1.</summary>
    public Guid Trainer { get; init; }

    /// <summary>The cut that a delta goes on from; 0 for a full.</summary>
    public required ulong From { get; init; }

    /// <summary>The cut whose state the reader has afterwards; greater than <see cref="From"/>.</summary>
    public required ulong To { get; init; }

    /// <summary>When it was made, in UTC. A full made by compaction has the time of the commit that it stands for: its state is as old as that.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How many rows it writes. Not negative.</summary>
    public required long Rows { get; init; }

    /// <summary>How many removals it holds; 0 for a full.</summary>
    public required long Tombstones { get; init; }

    /// <summary>The file that training resumes from.</summary>
    public required SnapshotFileEntry Training { get; init; }

    /// <summary>The file that replicas read; null where the chain has no replicas.</summary>
    public SnapshotFileEntry? Serving { get; init; }

    /// <summary>Its files.</summary>
    public IEnumerable<SnapshotFileEntry> Files => Serving is null ? [Training] : [Training, Serving];

    /// <summary>What tells it from other commits of its number, whatever the version of the format.</summary>
    internal Guid Identity => Id != Guid.Empty ? Id : SnapshotIdentity.Of(this);

    /// <summary>Whether it is a delta that goes on from a commit.</summary>
    /// <param name="identity">The identity of that commit.</param>
    /// <param name="to">Its cut.</param>
    internal bool GoesOnFrom(Guid identity, ulong to) =>
        Kind == SnapshotKind.Delta && From == to && (Parent == Guid.Empty || Parent == identity);

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotCommit), PrintMembers);
}
