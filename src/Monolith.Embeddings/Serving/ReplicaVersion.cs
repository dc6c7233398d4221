using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Serving;

/// <summary>The commit whose state a replica holds. Immutable; thread-safe.</summary>
public sealed record ReplicaVersion
{
    private readonly ValueList<ReplicaTable> _tables = ValueList<ReplicaTable>.Empty;

    /// <summary>
    /// What a replica holds that holds no commit yet: number 0, no chain, made at <see cref="DateTimeOffset.UnixEpoch"/>.
    /// </summary>
    public static ReplicaVersion None { get; } =
        new() { Chain = Guid.Empty, Number = 0, Cut = 0, Created = DateTimeOffset.UnixEpoch, Commit = Guid.Empty };

    /// <summary>The chain of the commit.</summary>
    public required Guid Chain { get; init; }

    /// <summary>The commit's number.</summary>
    public required ulong Number { get; init; }

    /// <summary>The cut whose state it is: <see cref="SnapshotCommit.To"/>.</summary>
    public required ulong Cut { get; init; }

    /// <summary>When the commit was made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>
    /// The newest event time that the trainer knew when it made the commit, in whole seconds: the rows have learned from what happened
    /// until then. <see cref="DateTimeOffset.UnixEpoch"/> where it knew none. An old one beside a commit that is new says that the stream
    /// is late, or replayed.
    /// </summary>
    public DateTimeOffset EventTime { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The commit's identity, which tells it from a commit of the same number in a store that was set back.</summary>
    public Guid Commit { get; init; }

    /// <summary>
    /// The number of the commit whose dense weights the replica has: <see cref="Number"/>, or less where deltas came without
    /// (<see cref="Training.SynchronizationOptions.DenseEvery"/>). 0 where no commit had any.
    /// </summary>
    public ulong DenseNumber { get; init; }

    /// <summary>
    /// The number of the newest commit up to <see cref="Number"/> that was not held back from replicas
    /// (<see cref="Training.PublicationGate"/>): the replica serves what that one published, without what was forgotten since.
    /// </summary>
    public ulong PublishedNumber { get; init; }

    /// <summary>
    /// The tables whose rows the replica has as of an earlier commit than <see cref="Number"/>, because replicas get them less often
    /// (<see cref="Tables.EmbeddingTableOptions.SparseEvery"/>), in ordinal order of their names. Of all others it has the rows of
    /// <see cref="Number"/>.
    /// </summary>
    public IReadOnlyList<ReplicaTable> Tables
    {
        get => _tables;
        init => _tables = new ValueList<ReplicaTable>(value);
    }

    /// <summary>The number of the commit whose rows of a table the replica has.</summary>
    /// <param name="table">The table's name; <see cref="Number"/> where there is no table of that name.</param>
    public ulong NumberOf(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Tables.FirstOrDefault(behind => behind.Name == table)?.Number ?? Number;
    }

    internal static ReplicaVersion Of(Guid chain, SnapshotCommit commit, ulong denseNumber, TableVersions tables, uint eventTime) => new()
    {
        Chain = chain,
        Number = commit.Number,
        Cut = commit.To,
        Created = commit.Created,
        Commit = commit.Identity,
        EventTime = EventSeconds.ToTime(eventTime),
        DenseNumber = denseNumber,
        PublishedNumber = tables.Published,
        Tables = [.. tables.Behind.Select(table => new ReplicaTable { Name = table.Key, Number = table.Value })],
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaVersion), PrintMembers);
}
