using Monolith.Embeddings.Snapshots.Saving;

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

    /// <summary>
    /// The names of tables that replicas do not get with this commit where it is a delta; with a full they always get all. What changed in
    /// them since they were given the last time comes with the first commit that does not name them. Training files have all tables.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> UnservedTables { get; init; } = [];

    /// <summary>
    /// Whether the commit is held back from replicas: they get nothing of it, whatever <see cref="ServesSections"/> and
    /// <see cref="UnservedTables"/> say, but <see cref="ServedRemovals"/>. Training goes on from it as from any other. The first commit
    /// that is not held brings replicas all that was. Needs <see cref="SnapshotChainOptions.PublishServing"/>. Default false.
    /// </summary>
    public bool IsHeld { get; init; }

    /// <summary>
    /// Ids by the table's name whose rows replicas lose with this commit, though the table is left out or the commit is held: those of a
    /// person who is forgotten. The rows must be gone from the tables. Ids that have no row are no error. With a full that is held replicas
    /// get nothing: name the ids with each commit until one that is not held is durable. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<long>> ServedRemovals { get; init; } =
        new Dictionary<string, IReadOnlyCollection<long>>();

    /// <summary>
    /// Writes segments, beside what goes on after the cut, and says which live from this commit on and which no more; besides those that
    /// the lists name it must say all. Null for none.
    /// </summary>
    internal SegmentWriting? WriteSegments { get; init; }

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
        UnservedTables = UnservedTables,
        IsHeld = IsHeld,
        ServedRemovals = ServedRemovals,
        WriteSegments = WriteSegments,
    };
}
