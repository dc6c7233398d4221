using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Saving;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>One try to put a full after the newest commit of a manifest. Used once.</summary>
/// <param name="store">The store.</param>
/// <param name="manifest">A manifest whose newest commit is a delta.</param>
/// <param name="indexBytes">How much memory may say what deltas replace.</param>
/// <param name="progress">Is told; null for none.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class FoldAttempt(
    SnapshotStore store, SnapshotManifest manifest, long indexBytes, IProgress<SnapshotProgress>? progress,
    CancellationToken cancellationToken)
{
    private readonly SnapshotCommit _newest = manifest.Newest!;

    private readonly List<string> _written = [];

    /// <exception cref="SnapshotException">
    /// A file is missing or was changed, the store failed, or the commit was compacted or dropped meanwhile.
    /// </exception>
    public async Task<SnapshotCommit> RunAsync()
    {
        var full = await WriteOrForgetAsync().ConfigureAwait(false);
        try
        {
            // The deltas that the full stands for are dropped some day.
            await ChainFiles.RequireReadableAsync(store, manifest.Chain, full, cancellationToken).ConfigureAwait(false);
            await new SnapshotPublisher(store).CompactAsync(manifest.Chain, full, cancellationToken).ConfigureAwait(false);
            return full;
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            // What another failure, or a cancellation, leaves behind may come to be named by a manifest.
            await store.ForgetAsync(_written).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SnapshotCommit> WriteOrForgetAsync()
    {
        try
        {
            return await WriteAsync().ConfigureAwait(false);
        }
        catch
        {
            await store.ForgetAsync(_written).ConfigureAwait(false);
            throw;
        }
    }

    // Part by part, since each goes on from its own file alone.
    private async Task<SnapshotCommit> WriteAsync()
    {
        var parts = new List<SnapshotPart>();
        foreach (var part in _newest.Parts) parts.Add(await WritePartAsync(part.Name).ConfigureAwait(false));
        var own = await WritePartAsync(null).ConfigureAwait(false);
        return _newest with
        {
            Kind = SnapshotKind.Full,
            From = 0,
            Parent = Guid.Empty,
            Rows = own.Rows + parts.Sum(part => part.Rows),
            Tombstones = 0,
            Training = own.Training,
            Serving = own.Serving,
            Parts = parts,
            Segments = manifest.SegmentsOf(_newest),
            DroppedSegments = [],
            ServedTables = [],
        };
    }

    private async Task<SnapshotPart> WritePartAsync(string? part)
    {
        // Any process may compact, and a name is never used again.
        var attempt = SnapshotIdentity.New();
        var (training, rows) = await WriteTrainingAsync(part, SnapshotNames.CompactedTraining(_newest.Number, _newest.Incarnation, attempt))
            .ConfigureAwait(false);
        var serving = await WriteServingAsync(part, training, SnapshotNames.CompactedServing(_newest.Number, _newest.Incarnation, attempt))
            .ConfigureAwait(false);
        return new SnapshotPart { Name = part ?? "", Rows = rows, Tombstones = 0, Training = training, Serving = serving };
    }

    private async Task<(SnapshotFileEntry File, long Rows)> WriteTrainingAsync(string? part, string name)
    {
        using var chain = await ChainFiles.OpenPartAsync(store, manifest, part, cancellationToken).ConfigureAwait(false);
        var destination = await store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await using var _ = destination.ConfigureAwait(false);
        var reporter = new SnapshotProgressReporter(progress, SnapshotPhase.Compacting, name);
        var folding = new ChainFolding(chain.Files, indexBytes, reporter, cancellationToken);
        var entry = await Task.Run(() => folding.Write(destination, name), cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        _written.Add(name);
        return (entry, folding.Rows);
    }

    private async Task<SnapshotFileEntry?> WriteServingAsync(string? part, SnapshotFileEntry training, string name)
    {
        if (_newest.Serving is null) return null;
        // Not every delta has the sections that replicas get; the full has.
        var sections = (await ServedSectionsAsync(manifest.NewestChain.First(), part).ConfigureAwait(false))
            .Union(await ServedSectionsAsync(_newest, part).ConfigureAwait(false));
        var entry = await ServingFile.MakeAsync(store, training, name, [.. sections], OwedTables.None, progress, cancellationToken)
            .ConfigureAwait(false);
        _written.Add(name);
        return entry;
    }

    private async Task<IReadOnlyCollection<string>> ServedSectionsAsync(SnapshotCommit commit, string? part)
    {
        if (commit.Serving is null) return [];
        var file = commit.FilesOf(isServing: true).First(file => file.Part == part);
        using var contents = await SnapshotContents.OpenAsync(store, manifest.Chain, commit, file, cancellationToken).ConfigureAwait(false);
        return [.. contents.NamedSections];
    }
}
