using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>The memory of a table, in bytes, by what it is for. Immutable.</summary>
[DebuggerDisplay("{Total} bytes")]
public sealed record TableBytes
{
    /// <summary>Rows, with their optimizer state and the room kept for more of them.</summary>
    public long Rows { get; init; }

    /// <summary>The index from ids to rows.</summary>
    public long Index { get; init; }

    /// <summary>What the admission filter counts with.</summary>
    public long Filter { get; init; }

    /// <summary>What is remembered of removals, see <see cref="EmbeddingTableOptions.RemovalHistory"/>.</summary>
    public long RemovalHistory { get; init; }

    /// <summary>The removals that the next delta snapshot tells of; none where no snapshots are taken.</summary>
    public long RemovalLog { get; init; }

    /// <summary>
    /// Everything else: the sample of recent lookups, what is free in pages that are part-filled, and parts of the index that are about to
    /// be freed.
    /// </summary>
    public long Other { get; init; }

    /// <summary>All of it.</summary>
    public long Total => Rows + Index + Filter + RemovalHistory + RemovalLog + Other;

    internal TableBytes Plus(TableBytes other) => new()
    {
        Rows = Rows + other.Rows,
        Index = Index + other.Index,
        Filter = Filter + other.Filter,
        RemovalHistory = RemovalHistory + other.RemovalHistory,
        RemovalLog = RemovalLog + other.RemovalLog,
        Other = Other + other.Other,
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(TableBytes), PrintMembers);
}
