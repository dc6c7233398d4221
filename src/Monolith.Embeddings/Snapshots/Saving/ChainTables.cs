using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// What a chain saves: the tables of one set; or those of a set whose rows parts write, beside tables of the coordinator's own that have
/// no rows.
/// </summary>
internal sealed class ChainTables
{
    private readonly TableSet _all;

    /// <summary>Tables that the chain writes itself.</summary>
    public ChainTables(EmbeddingTableSet tables) => (_all, Own) = (tables, tables);

    /// <summary>Tables that parts write.</summary>
    public ChainTables(TableSet tables, SnapshotParts parts) => (_all, Parts, Own) = (tables, parts, tables.CreateRowless());

    /// <summary>The tables that the chain's own file holds.</summary>
    public EmbeddingTableSet Own { get; }

    /// <summary>What writes the rows; null where the chain does.</summary>
    public SnapshotParts? Parts { get; }

    /// <summary>Restores the parts of the newest commit.</summary>
    /// <param name="store">The store.</param>
    /// <param name="newest">What the tables of the chain's own were restored from; null where there was nothing.</param>
    /// <param name="options">How to restore.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">The commit has other parts, or one cannot be restored.</exception>
    public async Task OpenPartsAsync(
        SnapshotStore store, SnapshotCommit? newest, SnapshotChainOptions options, CancellationToken cancellationToken)
    {
        if (Parts is null) return;
        PartNames.Require(Parts.Names);
        if (newest is not null) PartNames.RequireRestorable(newest, Parts.Names);
        await Parts.OpenAsync(store, options, cancellationToken).ConfigureAwait(false);
        await _all.RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says how many rows were restored.</summary>
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken) => Parts is null
        ? Own.Count
        : (await _all.GetStatisticsAsync(cancellationToken).ConfigureAwait(false)).Sum(table => table.Rows);

    /// <summary>Makes the parts ready for a cut.</summary>
    public ValueTask PrepareCutAsync(CancellationToken cancellationToken) =>
        Parts is null ? ValueTask.CompletedTask : _all.PrepareCutAsync(cancellationToken);

    /// <summary>Takes back what was restored.</summary>
    public async ValueTask ClearAsync(bool hasRestored)
    {
        if (hasRestored)
        {
            foreach (var table in Own.Tables) table.Clear();
        }
        if (Parts is null) return;
        await Parts.CloseAsync(clears: true).ConfigureAwait(false);
        await _all.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Lets go of the parts, and of the tables without rows.</summary>
    public async ValueTask CloseAsync()
    {
        if (Parts is null) return;
        await Parts.CloseAsync(clears: false).ConfigureAwait(false);
        FreeRowless();
    }

    /// <summary>Frees the tables without rows; those that the chain writes itself are the caller's.</summary>
    public void FreeRowless()
    {
        if (Parts is not null) Own.Dispose();
    }
}
