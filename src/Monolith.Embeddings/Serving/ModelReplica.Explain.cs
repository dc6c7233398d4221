using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    /// <summary>
    /// Says what is known here of an id, as <see cref="Predictor.Explain"/> does, and when and why it last lost a row, where the trainer
    /// audits removals (<see cref="Training.SynchronizationOptions.RemovalAudit"/>). That is read from the store: as of the commit that the
    /// replica holds, or of the newest one where the store has that no more. Called by any thread. For people and logs; it allocates.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <param name="id">Any id.</param>
    /// <param name="cancellationToken">Cancels the reading of the store.</param>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ReplicaNotReadyException">The replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    /// <exception cref="SnapshotException">The store failed, or a file of the audit is missing or was changed.</exception>
    public async Task<ServedExplanation> ExplainAsync(string table, long id, CancellationToken cancellationToken = default)
    {
        var (known, held) = (Explain(table, id), Version);
        return known with
        {
            LastRemoval = await new SnapshotPublisher(_store).ReadFilesAsync(
                manifest => FindRemovalAsync(manifest, held, table, id, cancellationToken), cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<RowRemoval?> FindRemovalAsync(
        SnapshotManifest? manifest, ReplicaVersion held, string table, long id, CancellationToken cancellationToken)
    {
        if ((manifest?.Commits.LastOrDefault(commit => commit.Identity == held.Commit) ?? manifest?.Newest) is not { } commit) return null;
        return await RemovalSegments.FindAsync(
            _store, manifest!.Chain, manifest.SegmentsOf(commit), table, id, cancellationToken).ConfigureAwait(false);
    }
}
