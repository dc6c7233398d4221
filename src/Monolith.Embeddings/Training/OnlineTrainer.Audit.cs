using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private SavedRemovals? _savedRemovals;
    private RemovalAudit? _audit;

    /// <summary>
    /// Says why an id has a row, or has none, as <see cref="EmbeddingTable.Explain"/> does; of a removal that the table no longer
    /// remembers, what the audit in the store says (<see cref="SynchronizationOptions.RemovalAudit"/>). Called by any thread, also while
    /// the trainer runs. For people and logs; it allocates, and may read files.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <param name="id">Any id.</param>
    /// <param name="cancellationToken">Cancels the reading of the store.</param>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="NotSupportedException">The tables are not in this process as one <see cref="EmbeddingTableSet"/>.</exception>
    /// <exception cref="ObjectDisposedException">The tables are disposed.</exception>
    /// <exception cref="SnapshotException">The store failed, or a file of the audit is missing or was changed.</exception>
    public async Task<RowExplanation> ExplainAsync(string table, long id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (_tables is not EmbeddingTableSet tables)
            throw new NotSupportedException($"The tables are a {_tables.GetType().Name}; ask the store of the trainer, by "
                + $"{nameof(SnapshotInspector)}.{nameof(SnapshotInspector.ExplainAsync)}.");
        var known = tables[table].Explain(id);
        if (known.LastRemoval is not null || _store is null) return known;
        return known with
        {
            LastRemoval = await new SnapshotPublisher(_store).ReadFilesAsync(
                async manifest => manifest?.Newest is not { } newest ? null : await RemovalSegments.FindAsync(
                    _store, manifest.Chain, manifest.SegmentsOf(newest), table, id, cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false),
        };
    }

    // What needs commits would be without effect, unnoticed.
    private void RequireNothingForStores()
    {
        string[] asked =
        [
            .. _options.Synchronization.Gate is null ? (string[])[] : [nameof(SynchronizationOptions.Gate)],
            .. _options.Synchronization.RemovalAudit is null ? (string[])[] : [nameof(SynchronizationOptions.RemovalAudit)],
        ];
        if (asked.Length == 0) return;
        throw new ArgumentException($"{nameof(OnlineTrainerOptions.Synchronization)} has a {string.Join(" and a ", asked)}, which needs "
            + "commits, and this trainer has no store. Give it one, or leave it null.", "options");
    }

    private void RequireAuditable()
    {
        if (_options.Synchronization.RemovalAudit is null || _tables is EmbeddingTableSet) return;
        throw new ArgumentException($"{nameof(SynchronizationOptions.RemovalAudit)} needs tables in this process, as one "
            + $"{nameof(EmbeddingTableSet)}; these are a {_tables.GetType().Name}. Leave it null.", "options");
    }

    // Once the tables hold what the commit does: what was restored is no removal.
    private SavedRemovals BeginAudit(SnapshotChain chain)
    {
        if (_options.Synchronization.RemovalAudit is { } options) _audit = new RemovalAudit(options.MaxEntries);
        _savedRemovals = new SavedRemovals(_audit);
        _savedRemovals.GoOnFrom(chain.Segments);
        if (_audit is not null) ((EmbeddingTableSet)_tables).BeginAudit(_audit);
        return _savedRemovals;
    }

    private void EndAudit()
    {
        if (_audit is not null) ((EmbeddingTableSet)_tables).EndAudit(_audit);
    }
}
