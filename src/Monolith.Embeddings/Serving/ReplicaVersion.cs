using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving;

/// <summary>The commit whose state a replica holds. Immutable; thread-safe.</summary>
public sealed record ReplicaVersion
{
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

    /// <summary>The commit's identity, which tells it from a commit of the same number in a store that was set back.</summary>
    public Guid Commit { get; init; }

    /// <summary>
    /// The number of the commit whose dense weights the replica has: <see cref="Number"/>, or less where deltas came without
    /// (<see cref="Training.SynchronizationOptions.DenseEvery"/>). 0 where no commit had any.
    /// </summary>
    public ulong DenseNumber { get; init; }

    internal static ReplicaVersion Of(Guid chain, SnapshotCommit commit, ulong denseNumber) => new()
    {
        Chain = chain,
        Number = commit.Number,
        Cut = commit.To,
        Created = commit.Created,
        Commit = commit.Identity,
        DenseNumber = denseNumber,
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaVersion), PrintMembers);
}
