using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>Restores the newest commit of a store, takes the store over, and follows the tables from then on. Used once.</summary>
/// <param name="store">The store.</param>
/// <param name="tables">What it saves; without rows, unless the store is empty.</param>
/// <param name="options">The chain's.</param>
/// <param name="accept">Is shown what was restored before the store is taken over, and may throw; null for none.</param>
/// <param name="progress">Told how far the restore has come; null for none.</param>
internal sealed class ChainOpening(
    SnapshotStore store, ChainTables tables, SnapshotChainOptions options, Func<RestoredSnapshot, CancellationToken, ValueTask>? accept,
    IProgress<SnapshotProgress>? progress)
{
    private readonly SnapshotPublisher _publisher = new(store);
    private RestoredSnapshot? _restored;
    private DeltaTracker? _tracker;

    /// <exception cref="SnapshotException">
    /// The store failed, or its newest commit cannot be restored; the tables are as they were.
    /// </exception>
    /// <exception cref="InvalidOperationException">The tables cannot take a commit.</exception>
    public async Task<SnapshotChain> OpenAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var claim = new TableClaim(tables.Own);
        using var span = EmbeddingTrace.Begin(SpanNames.TakeOver);
        try
        {
            SnapshotChain.RequireSavable(tables.Own);
            // What cannot be restored does not fence off the trainer that is at work.
            await RestoreAsync(cancellationToken).ConfigureAwait(false);
            var (newChain, trainer) = (SnapshotIdentity.New(), SnapshotIdentity.New());
            var manifest = await _publisher.TakeOverAsync(newChain, cancellationToken, trainer).ConfigureAwait(false);
            if (manifest.Newest?.Identity != _restored?.Commit.Identity)
            {
                // The other trainer committed meanwhile; from here on it cannot.
                await UndoAsync().ConfigureAwait(false);
                await RestoreAsync(cancellationToken).ConfigureAwait(false);
            }
            var rows = await tables.CountAsync(cancellationToken).ConfigureAwait(false);
            var chain = new SnapshotChain(store, tables, options, time, manifest, _restored, _tracker!);
            chain.Log.TookOver(chain.Incarnation, chain.Id, chain.Newest?.Number ?? 0, rows);
            if (_publisher.TakenBackFrom is { } successor) chain.Log.TookBack(successor.Chain);
            return chain;
        }
        catch (Exception exception)
        {
            span.IsFailed(exception);
            await UndoAsync().ConfigureAwait(false);
            tables.FreeRowless();
            if (exception is SnapshotException { Fault: SnapshotFault.Damaged or SnapshotFault.Missing, Expected.Length: > 0 } damage)
                throw WithRemedy(damage);
            throw;
        }
    }

    private static SnapshotException WithRemedy(SnapshotException damage) => new(damage.Fault, damage.File, damage.Expected,
        $"{damage.Found.TrimEnd('.')}. Nothing was restored. Go back to an earlier commit or to a back-up, by {nameof(SnapshotBackup)}.",
        damage);

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        using var span = EmbeddingTrace.Begin(SpanNames.Restore);
        try
        {
            await RestoreTracedAsync(cancellationToken).ConfigureAwait(false);
            if (_restored is not null) span?.SetTag(SpanTags.Commit, (long)_restored.Commit.Number);
        }
        catch (Exception failure) when (span.IsFailed(failure))
        {
            throw;
        }
    }

    private async Task RestoreTracedAsync(CancellationToken cancellationToken)
    {
        // Before a row is read: no other load may restore into the tables, and what is written to them meanwhile is to be told from
        // what is restored.
        _tracker = tables.Own.Track();
        _restored = await RestoredSnapshot.RestoreNewestAsync(
            _publisher, tables.Own, options.RestoreThreads, _tracker, progress, options.RestoreParts, cancellationToken)
            .ConfigureAwait(false);
        await tables.OpenPartsAsync(store, _restored?.Commit, options, cancellationToken).ConfigureAwait(false);
        if (_restored is not null && accept is not null) await accept(_restored, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask UndoAsync()
    {
        _tracker?.Dispose();
        _tracker = null;
        return tables.ClearAsync(hasRestored: _restored is not null);
    }
}
