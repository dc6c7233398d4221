using System.Text;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots;

/// <summary>One commit of a chain. Immutable; thread-safe.</summary>
public sealed record SnapshotCommit
{
    private readonly ValueList<SnapshotPart> _parts = ValueList<SnapshotPart>.Empty;
    private readonly ValueList<SnapshotSegment> _segments = ValueList<SnapshotSegment>.Empty;
    private readonly ValueList<SnapshotSegment> _droppedSegments = ValueList<SnapshotSegment>.Empty;
    private readonly ValueList<ServedTable> _servedTables = ValueList<ServedTable>.Empty;

    /// <summary>
    /// Its number: a delta's is one more than that of the commit before. A full made by compaction has the number of the commit that it
    /// stands for.
    /// </summary>
    public required ulong Number { get; init; }

    /// <summary>
    /// Its identity: 128 random bits. Numbers occur again where a store was set back to a copy and trained on; identities do not. A full
    /// snapshot made by compaction has that of the commit that it stands for. Empty in chains of format version 1.
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

    /// <summary>
    /// When it was made, in UTC. A full made by compaction has the time of the commit that it stands for: its state is as old as that.
    /// </summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How many rows it writes, its parts included. Not negative.</summary>
    public required long Rows { get; init; }

    /// <summary>How many removals it holds, its parts included; 0 for a full.</summary>
    public required long Tombstones { get; init; }

    /// <summary>The file that training resumes from.</summary>
    public required SnapshotFileEntry Training { get; init; }

    /// <summary>The file that replicas read; null where the chain has no replicas.</summary>
    public SnapshotFileEntry? Serving { get; init; }

    /// <summary>What other processes wrote of it; empty where it has one writer.</summary>
    public IReadOnlyList<SnapshotPart> Parts
    {
        get => _parts;
        init => _parts = new ValueList<SnapshotPart>(value);
    }

    /// <summary>
    /// The segments of incremental sections: those that a delta appends, and all that live in a full.
    /// <see cref="SnapshotManifest.SegmentsOf"/> tells which live at a commit.
    /// </summary>
    public IReadOnlyList<SnapshotSegment> Segments
    {
        get => _segments;
        init => _segments = new ValueList<SnapshotSegment>(value);
    }

    /// <summary>The segments that lived at the commit before and do no more; none in a full.</summary>
    public IReadOnlyList<SnapshotSegment> DroppedSegments
    {
        get => _droppedSegments;
        init => _droppedSegments = new ValueList<SnapshotSegment>(value);
    }

    /// <summary>
    /// What its files for replicas hold of tables that they get less often; of all others a delta's hold what changed since the commit
    /// before. None in a full, which has all tables whole, and none without such files.
    /// </summary>
    public IReadOnlyList<ServedTable> ServedTables
    {
        get => _servedTables;
        init => _servedTables = new ValueList<ServedTable>(value);
    }

    /// <summary>
    /// Whether it was held back from replicas (<see cref="SnapshotCommitContents.IsHeld"/>): its files for replicas have no row and no
    /// section, and a full has no such file. The first commit after it that is not held has all that was.
    /// </summary>
    public bool IsHeld { get; init; }

    /// <summary>The files that it names: of tables, and of its <see cref="Segments"/>.</summary>
    public IEnumerable<SnapshotFileEntry> Files => new ValueList<SnapshotFileEntry>(
        [.. TableFiles.Select(file => file.Entry), .. Segments.Select(segment => segment.File)]);

    /// <summary>Its files of tables.</summary>
    internal IEnumerable<CommitFile> TableFiles => Serving is null ? FilesOf(false) : FilesOf(false).Concat(FilesOf(true));

    /// <summary>What tells it from other commits of its number, whatever the version of the format.</summary>
    internal Guid Identity => Id != Guid.Empty ? Id : SnapshotIdentity.Of(this);

    /// <summary>The files that a reader opens: those of the parts, and last the trainer's own.</summary>
    /// <param name="isServing">Whether the reader wants weights alone.</param>
    /// <exception cref="SnapshotException">The commit has no files of weights alone.</exception>
    internal IEnumerable<CommitFile> FilesOf(bool isServing)
    {
        // Of tables that replicas get less often, a file for replicas holds another number of rows than the commit.
        var isCounted = !isServing || ServedTables.Count == 0;
        foreach (var part in Parts)
        {
            yield return new CommitFile(EntryOf(isServing, part.Training, part.Serving), isServing, part.Name,
                isCounted ? part.Rows : null, isCounted ? part.Tombstones : null);
        }
        var (rows, tombstones) = (Rows - Parts.Sum(part => part.Rows), Tombstones - Parts.Sum(part => part.Tombstones));
        yield return new CommitFile(
            EntryOf(isServing, Training, Serving), isServing, null, isCounted ? rows : null, isCounted ? tombstones : null);
    }

    /// <summary>
    /// The files that replicas read: weights alone, where the chain has such files. A full that was held has none.
    /// </summary>
    internal IEnumerable<CommitFile> FilesForReplicas => IsHeldFull ? [] : FilesOf(isServing: Serving is not null);

    /// <summary>Whether it is a full that replicas do not get.</summary>
    internal bool IsHeldFull => IsHeld && Kind == SnapshotKind.Full;

    /// <summary>Whether it is a delta that goes on from a commit.</summary>
    /// <param name="identity">The identity of that commit.</param>
    /// <param name="to">Its cut.</param>
    internal bool GoesOnFrom(Guid identity, ulong to) =>
        Kind == SnapshotKind.Delta && From == to && (Parent == Guid.Empty || Parent == identity);

    private SnapshotFileEntry EntryOf(bool isServing, SnapshotFileEntry training, SnapshotFileEntry? serving) =>
        !isServing ? training : serving ?? throw new SnapshotException(
            SnapshotFault.Missing, training.Name, "a file for replicas beside it", $"none: commit {Number} was saved without.");

    /// <summary>What it is, as text: of segments, of which a joiner may have hundreds, their number.</summary>
    public override string ToString() => RecordText.Of(nameof(SnapshotCommit), PrintMembers);

    private bool PrintMembers(StringBuilder text)
    {
        // Strings: what a builder appends by itself goes by the culture of the thread.
        var origin = $"Number = {Number}, Id = {Id}, Parent = {Parent}, Kind = {Kind}, Incarnation = {Incarnation}, Trainer = {Trainer}";
        var cut = $"From = {From}, To = {To}, Created = {Created}, Rows = {Rows}, Tombstones = {Tombstones}";
        var files = $"Training = {Training}, Serving = {Serving}, Parts = {Parts}";
        var segments = $"Segments = {Segments.Count}, DroppedSegments = {DroppedSegments.Count}";
        text.AppendJoin(", ", origin, cut, files, segments, $"ServedTables = {ServedTables}, IsHeld = {IsHeld}");
        return true;
    }
}
