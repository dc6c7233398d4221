using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Saving;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>One try to put a full behind the newest commit of a manifest. Used once.</summary>
/// <param name="store">The store.</param>
/// <param name="manifest">A manifest whose newest commit is a delta.</param>
/// <param name="indexBytes">How much memory may say what deltas replace.</param>
/// <param name="progress">Is told; null for nobody.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class FoldAttempt(
    SnapshotStore store, SnapshotManifest manifest, long indexBytes, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
{
    private readonly SnapshotCommit _newest = manifest.Newest!;

    // Any process may compact, and a name is never used again.
    private readonly Guid _attempt = SnapshotIdentity.New();

    /// <exception cref="SnapshotException">A file is missing or was changed, the store failed, or the commit was compacted or dropped meanwhile.</exception>
    public async Task<SnapshotCommit> RunAsync()
    {
        var (training, rows) = await WriteTrainingAsync().ConfigureAwait(false);
        var serving = await WriteServingAsync(training).ConfigureAwait(false);
        var full = _newest with
        {
            Kind = SnapshotKind.Full,
            From = 0,
            Parent = Guid.Empty,
            Rows = rows,
            Tombstones = 0,
            Training = training,
            Serving = serving,
        };
        try
        {
            await RequireReadableAsync(full).ConfigureAwait(false);
            await new SnapshotPublisher(store).CompactAsync(manifest.Chain, full, cancellationToken).ConfigureAwait(false);
            return full;
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            // What another failure, or a cancellation, leaves behind may come to be named by a manifest.
            await store.ForgetAsync([training.Name, serving?.Name]).ConfigureAwait(false);
            throw;
        }
    }

    // Headers, directories and descriptions, as a restore opens them: the deltas that the full stands for are dropped some day.
    private async Task RequireReadableAsync(SnapshotCommit full)
    {
        using var training = await SnapshotContents.OpenAsync(store, manifest.Chain, full, cancellationToken).ConfigureAwait(false);
        if (full.Serving is not { } entry) return;
        var file = await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false);
        using var serving = SnapshotContents.Open(file, entry);
        serving.RequireOf(manifest.Chain, full);
    }

    private async Task<(SnapshotFileEntry File, long Rows)> WriteTrainingAsync()
    {
        var name = SnapshotNames.CompactedTraining(_newest.Number, _newest.Incarnation, _attempt);
        var chain = new List<SnapshotContents>();
        try
        {
            foreach (var commit in manifest.NewestChain) chain.Add(await SnapshotContents.OpenAsync(store, manifest.Chain, commit, cancellationToken).ConfigureAwait(false));
            var destination = await store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
            await using var _ = destination.ConfigureAwait(false);
            var folding = new ChainFolding(chain, indexBytes, new SnapshotProgressReporter(progress, SnapshotPhase.Compacting, name), cancellationToken);
            var entry = await Task.Run(() => folding.Write(destination, name), cancellationToken).ConfigureAwait(false);
            await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
            return (entry, folding.Rows);
        }
        finally
        {
            foreach (var file in chain) file.Dispose();
        }
    }

    private async Task<SnapshotFileEntry?> WriteServingAsync(SnapshotFileEntry training)
    {
        if (_newest.Serving is not { } newest) return null;
        try
        {
            using var model = SnapshotContents.Open(await store.OpenAsync(newest.Name, cancellationToken).ConfigureAwait(false), newest);
            var name = SnapshotNames.CompactedServing(_newest.Number, _newest.Incarnation, _attempt);
            return await ServingFile.MakeAsync(store, training, name, [.. model.NamedSections], progress, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await store.ForgetAsync([training.Name]).ConfigureAwait(false);
            throw;
        }
    }
}
