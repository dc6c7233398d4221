using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Compaction;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Keeps a chain short: folds a full and the deltas after it into a new full, and drops what is old. Needs no table and no trainer: it may
/// run beside them or in another process, several at once, and one that comes too late to the manifest begins again.
/// </summary>
/// <example>
/// <code>
/// // A full snapshot and its deltas become one full snapshot; then what is no longer needed is deleted.
/// await SnapshotCompactor.CompactAsync(store, cancellationToken: stopping);
/// await SnapshotCompactor.RetainAsync(store, cancellationToken: stopping);
/// </code>
/// </example>
public static class SnapshotCompactor
{
    /// <summary>
    /// Folds the newest chain into a full of the newest commit; of those that are held back from replicas, none is folded: the full is then
    /// of the newest commit before them. The deltas stay, for replicas that follow them, until
    /// <see cref="RetainAsync"/> drops them. Restoring from the full gives the same bits. The memory that this takes does not depend on the
    /// size of the tables.
    /// </summary>
    /// <param name="store">Where the chain lives.</param>
    /// <param name="options">How it is done; the defaults where null.</param>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">
    /// Cancels the call; the store is then as it was. A replacement of the manifest that has begun is not interrupted.
    /// </param>
    /// <returns>
    /// The full that stands for the newest commit: the new one, or the one that was there already; null where there is no commit.
    /// </returns>
    /// <exception cref="SnapshotException">
    /// A file was changed, or the store failed; the chain is as it was. Where the replacement of the manifest failed, the new full may be
    /// there or not.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<SnapshotCommit?> CompactAsync(
        SnapshotStore store, SnapshotCompactionOptions? options = null, IProgress<SnapshotProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        OptionErrors.ThrowIfInvalid(options ??= new SnapshotCompactionOptions());
        var publisher = new SnapshotPublisher(store);
        while (true)
        {
            // A full of what is held would give it to replicas.
            var found = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
            var manifest = found?.Published ?? found;
            if (manifest?.Newest is not { Kind: SnapshotKind.Delta, IsHeld: false }) return manifest?.Newest;
            try
            {
                return await FoldAsync(new FoldAttempt(store, manifest, options.IndexBytes, progress, cancellationToken))
                    .ConfigureAwait(false);
            }
            catch (SnapshotException exception) when (exception.Fault is SnapshotFault.Missing or SnapshotFault.Refused)
            {
                // Another compaction may have made a full and dropped the files that are being folded.
                var now = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
                // A store that was set back has other commits of those numbers.
                var isThere = now?.Commits.Any(c => c.Identity == manifest.Newest.Identity) == true;
                var full = isThere ? now!.Until(manifest.Newest.Number).NewestChain.First() : null;
                if (full?.Training == manifest.NewestChain.First().Training) throw;
            }
        }
    }

    /// <summary>
    /// Drops old commits, and deletes their files and those that were never published. What a trainer or a compaction, in any process, may
    /// still publish stays.
    /// </summary>
    /// <param name="store">Where the chain lives.</param>
    /// <param name="retention">Which commits stay; the defaults where null.</param>
    /// <param name="timeProvider">The clock by which commits are old; the system's where null.</param>
    /// <param name="cancellationToken">Cancels the call; files that are left are deleted by the next one.</param>
    /// <returns>The files that were deleted.</returns>
    /// <exception cref="SnapshotException">The store failed. Files that could not be deleted are deleted by the next call.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<IReadOnlyList<StoredFile>> RetainAsync(
        SnapshotStore store, SnapshotRetention? retention = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        OptionErrors.ThrowIfInvalid(retention ??= new SnapshotRetention());
        var now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        return await new SnapshotCleaning(store).CleanAsync(retention, now, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SnapshotCommit> FoldAsync(FoldAttempt attempt)
    {
        using var span = EmbeddingTrace.Begin(SpanNames.Fold);
        try
        {
            var full = await attempt.RunAsync().ConfigureAwait(false);
            span?.SetTag(SpanTags.Commit, (long)full.Number).SetTag(SpanTags.Rows, full.Rows);
            return full;
        }
        catch (Exception failure) when (span.IsFailed(failure))
        {
            throw;
        }
    }
}
