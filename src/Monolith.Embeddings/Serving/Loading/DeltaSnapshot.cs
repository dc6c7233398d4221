using System.Diagnostics;
using Monolith.Embeddings.Serving.Loading;
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

    /// <summary>Opens the file that <see cref="File"/> names.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The file, which the caller disposes.</returns>
    /// <exception cref="SnapshotException">It is missing, or the medium failed.</exception>
    public ValueTask<SnapshotFile> OpenAsync(CancellationToken cancellationToken = default) => _open(cancellationToken);

    /// <summary>
    /// Says of which pieces the file is made, so that it can travel in several messages, by ranges of the ids' hash. Their bytes are not
    /// read: who puts them together again gives the file to a replica, which checks every byte.
    /// </summary>
    /// <param name="file">The file, as <see cref="OpenAsync"/> gives it; not disposed.</param>
    /// <returns>The pieces in the order of the file, without a gap from its first byte to its last.</returns>
    /// <exception cref="SnapshotException">It is not whole, or not the file of the commit.</exception>
    public IReadOnlyList<DeltaPiece> ListPieces(SnapshotFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return DeltaPieces.Of(file, File);
    }
}
