using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving;

/// <summary>The commit whose state a replica holds. Immutable; thread-safe.</summary>
/// <param name="Chain">The chain of the commit.</param>
/// <param name="Number">The commit's number.</param>
/// <param name="Cut">The cut whose state it is: <see cref="SnapshotCommit.To"/>.</param>
/// <param name="Created">When the commit was made, in UTC.</param>
public sealed record ReplicaVersion(Guid Chain, ulong Number, ulong Cut, DateTimeOffset Created)
{
    /// <summary>The commit's identity, which tells it from a commit of the same number in a store that was set back.</summary>
    public Guid Commit { get; init; }

    internal static ReplicaVersion Of(Guid chain, SnapshotCommit commit) =>
        new(chain, commit.Number, commit.To, commit.Created) { Commit = commit.Identity };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaVersion), PrintMembers);
}
