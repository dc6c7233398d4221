namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What a commit is to hold beside the tables, see <see cref="SnapshotChain.CutAsync(SnapshotCommitContents, CancellationToken)"/>.
/// </summary>
public sealed class SnapshotCommitContents
{
    /// <summary>
    /// Whole sections, bytes by name: up to 1,024, whose names have no slash and 1 to 256 bytes in UTF-8. The bytes are not to be changed
    /// until the commit is written. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>
    /// Segments that <see cref="SnapshotChain.WriteSegmentAsync"/> wrote since the commit before, to live from this commit on. Default:
    /// none.
    /// </summary>
    public IReadOnlyList<SnapshotSegment> AppendedSegments { get; init; } = [];

    /// <summary>Segments of <see cref="SnapshotChain.Segments"/> that live no more. Default: none.</summary>
    public IReadOnlyList<SnapshotSegment> DroppedSegments { get; init; } = [];

    /// <summary>
    /// The names of the parts that other processes write, see <see cref="SnapshotPartWriter"/>: each 1 to 256 bytes in UTF-8. The commit is
    /// published with all of them or not at all. A delta has the parts of the commit before. Default: none.
    /// </summary>
    public IReadOnlyList<string> PartNames { get; init; } = [];

    /// <summary>Whether to write all rows, though a delta would do. Default false.</summary>
    public bool IsFull { get; init; }

    /// <summary>
    /// Whether replicas get the <see cref="SnapshotChainOptions.ServingSections"/> with this commit where it is a delta; with a full they
    /// always do. Default true. Without, a replica keeps those that it has.
    /// </summary>
    public bool ServesSections { get; init; } = true;

    internal SnapshotCommitContents WithParts(IReadOnlyList<string> names) => Copy(names, IsFull);

    internal SnapshotCommitContents AsFull() => Copy(PartNames, isFull: true);

    private SnapshotCommitContents Copy(IReadOnlyList<string> partNames, bool isFull) => new()
    {
        Sections = Sections,
        AppendedSegments = AppendedSegments,
        DroppedSegments = DroppedSegments,
        PartNames = partNames,
        IsFull = isFull,
        ServesSections = ServesSections,
    };
}
