using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>What a commit says of itself, between its cut and its publishing.</summary>
/// <param name="chain">The chain that it is for.</param>
/// <param name="save">The tables at the cut.</param>
/// <param name="number">Its number.</param>
/// <param name="attempt">Which try of the chain's trainer it is.</param>
/// <param name="contents">What it holds beside the tables.</param>
/// <param name="segments">What it does to the segments that live.</param>
/// <param name="servedTables">What replicas get of tables that they get less often, where it is a delta.</param>
internal sealed class CommitDraft(
    SnapshotChain chain, TableSave save, ulong number, int attempt, SnapshotCommitContents contents, SegmentChange segments,
    IReadOnlyList<ServedTable> servedTables)
{
    private readonly Guid _id = SnapshotIdentity.New(), _before = chain.Newest?.Identity ?? Guid.Empty;

    public ulong Number => number;

    public SnapshotCommitContents Contents => contents;

    /// <summary>What the commit does to the segments that live.</summary>
    public SegmentChange Segments { get; set; } = segments;

    public SnapshotKind Kind => save.Cut.From == 0 ? SnapshotKind.Full : SnapshotKind.Delta;

    /// <summary>What replicas get of tables that they get less often.</summary>
    public IReadOnlyList<ServedTable> ServedTables => Kind == SnapshotKind.Delta || contents.IsHeld ? servedTables : [];

    /// <summary>Whether it has files for replicas.</summary>
    public bool HasServing => chain.Options.PublishServing && !(contents.IsHeld && Kind == SnapshotKind.Full);

    /// <summary>The name of the file for replicas.</summary>
    public string ServingName => SnapshotNames.Serving(number, Kind, chain.Incarnation, chain.Trainer, attempt);

    /// <summary>What parts must agree with.</summary>
    public SnapshotPartPlan Plan => new()
    {
        Chain = chain.Id,
        Incarnation = chain.Incarnation,
        Trainer = chain.Trainer,
        Number = number,
        Commit = _id,
        Before = _before,
        Attempt = attempt,
        Parts = contents.PartNames,
        Kind = Kind,
        From = save.Cut.From,
        To = save.Cut.To,
        PublishesServing = HasServing,
        ServedTables = ServedTables,
    };

    /// <summary>The commit, once its files are durable.</summary>
    /// <exception cref="SnapshotException">The counts of a part cannot be.</exception>
    public SnapshotCommit CommitOf(SnapshotFileEntry training, SnapshotFileEntry? serving, IReadOnlyList<SnapshotPart> parts) => new()
    {
        Number = number,
        Id = _id,
        Parent = Kind == SnapshotKind.Delta ? _before : Guid.Empty,
        Trainer = chain.Trainer,
        Kind = Kind,
        Incarnation = chain.Incarnation,
        From = save.Cut.From,
        To = save.Cut.To,
        Created = chain.Time.GetUtcNow().ToUniversalTime(),
        Rows = SumOf(save.WrittenRows, parts, static part => part.Rows),
        Tombstones = SumOf(save.WrittenRemovals, parts, static part => part.Tombstones),
        Training = training,
        Serving = serving,
        Parts = parts,
        Segments = Kind == SnapshotKind.Delta ? Segments.Appended : [.. chain.Segments.Except(Segments.Dropped), .. Segments.Appended],
        DroppedSegments = Kind == SnapshotKind.Delta ? Segments.Dropped : [],
        ServedTables = ServedTables,
        IsHeld = contents.IsHeld,
    };

    // What parts say of themselves comes from elsewhere.
    private static long SumOf(long own, IReadOnlyList<SnapshotPart> parts, Func<SnapshotPart, long> count)
    {
        var left = long.MaxValue - own;
        foreach (var part in parts)
        {
            if (count(part) < 0 || count(part) > left)
                throw new SnapshotException(SnapshotFault.Refused, part.Training.Name, "counts of rows and removals", $"{count(part)}.");
            left -= count(part);
        }
        return long.MaxValue - left;
    }
}
