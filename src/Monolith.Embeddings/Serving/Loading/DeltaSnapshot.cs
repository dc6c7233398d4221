using System.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Memory;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// A delta on its way to replicas by other means than polling a store, such as a topic: what the manifest says of the commit, and its file.
/// Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("commit {Commit.Number}, {Commit.From} to {Commit.To}")]
public sealed class DeltaSnapshot
{
    private readonly Func<CancellationToken, ValueTask<SnapshotFile>> _open;

    /// <summary>Creates a delta whose file is opened when it is applied.</summary>
    /// <param name="chain">The chain of the commit.</param>
    /// <param name="commit">The commit, as its manifest says it.</param>
    /// <param name="open">Opens the file that <see cref="File"/> names; the caller disposes it.</param>
    /// <exception cref="ArgumentException">The commit is a full, or other processes wrote parts of it.</exception>
    public DeltaSnapshot(Guid chain, SnapshotCommit commit, Func<CancellationToken, ValueTask<SnapshotFile>> open)
    {
        ArgumentNullException.ThrowIfNull(commit);
        ArgumentNullException.ThrowIfNull(open);
        if (commit.Kind != SnapshotKind.Delta)
            throw new ArgumentException($"Commit {commit.Number} is a full; only deltas are followed.", nameof(commit));
        if (commit.Parts.Count > 0)
        {
            throw new ArgumentException(
                $"Commit {commit.Number} has {commit.Parts.Count} parts beside its own file; replicas follow such commits from the store.",
                nameof(commit));
        }
        (Chain, Commit, _open) = (chain, commit, open);
    }

    /// <summary>Creates a delta that carries its file.</summary>
    /// <param name="chain">The chain of the commit.</param>
    /// <param name="commit">The commit, as its manifest says it.</param>
    /// <param name="bytes">The bytes of the file that <see cref="File"/> names; not changed afterwards.</param>
    /// <exception cref="ArgumentException">The commit is a full, or other processes wrote parts of it.</exception>
    public DeltaSnapshot(Guid chain, SnapshotCommit commit, ReadOnlyMemory<byte> bytes)
        : this(chain, commit, _ => new(new MemorySnapshotFile(FileOf(commit).Name, bytes)))
    {
    }

    /// <summary>The chain of the commit.</summary>
    public Guid Chain { get; }

    /// <summary>The commit.</summary>
    public SnapshotCommit Commit { get; }

    /// <summary>The file that replicas read: the serving file, or the training file where the commit has none.</summary>
    public SnapshotFileEntry File => FileOf(Commit);

    internal static SnapshotFileEntry FileOf(SnapshotCommit commit) => commit.Serving ?? commit.Training;

    internal ValueTask<SnapshotFile> OpenAsync(CancellationToken cancellationToken) => _open(cancellationToken);
}
