using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>Removals that lie in one segment, written or to be written.</summary>
internal sealed class RemovalPiece
{
    /// <summary>A piece that is written; its removals are not read.</summary>
    public RemovalPiece(SnapshotSegment segment)
    {
        Segment = segment;
        (Last, Count) = RemovalSegments.PartsOf(segment);
    }

    /// <summary>A piece that is to be written.</summary>
    public RemovalPiece(List<AuditedRemoval> removals) => (Removals, Last, Count) = (removals, removals[^1].Number, removals.Count);

    /// <summary>The segment; null where it is to be written.</summary>
    public SnapshotSegment? Segment { get; set; }

    /// <summary>The removals; null where they are not read.</summary>
    public List<AuditedRemoval>? Removals { get; set; }

    /// <summary>The number of the last one that was in it.</summary>
    public long Last { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Drops the others, of what was read; where there are some, the piece is to be written again.</summary>
    public void Keep(Predicate<AuditedRemoval> isKept)
    {
        var kept = Removals!.FindAll(isKept);
        if (kept.Count == Removals.Count) return;
        (Removals, Count, Segment) = (kept, kept.Count, null);
    }
}
