using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>Removes old commits from a chain, and files from its store that no manifest will name.</summary>
/// <param name="store">The store.</param>
internal sealed class SnapshotCleaning(SnapshotStore store)
{
    private readonly SnapshotPublisher _publisher = new(store);
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);

    /// <summary>Drops commits, and then deletes what no manifest names or will name.</summary>
    /// <exception cref="SnapshotException">The store failed; as many files as possible were deleted nevertheless.</exception>
    public async ValueTask<IReadOnlyList<StoredFile>> CleanAsync(
        SnapshotRetention retention, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredFile> first = [];
        try
        {
            await DropAsync(retention, now, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.IsOutOfRoom)
        {
            // No room for a manifest: what no manifest names can go without one.
            first = await DeleteAsync(cancellationToken).ConfigureAwait(false);
            if (first.Count == 0) throw;
            await DropAsync(retention, now, cancellationToken).ConfigureAwait(false);
        }
        return [.. first, .. await DeleteAsync(cancellationToken).ConfigureAwait(false)];
    }

    /// <summary>Drops commits from the manifest.</summary>
    public async ValueTask DropAsync(SnapshotRetention retention, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var manifest = await _publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (manifest is null || manifest.Retain(retention, now).Commits.Count == manifest.Commits.Count) return;
        await _publisher.ChangeAsync(
            before =>
            {
                var after = before!.Retain(retention, now);
                _dropped.UnionWith(before.Files.Except(after.Files).Select(f => f.Name));
                return after;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes the files that no manifest names or will name.</summary>
    /// <exception cref="SnapshotException">The store failed; as many files as possible were deleted nevertheless.</exception>
    public async ValueTask<IReadOnlyList<StoredFile>> DeleteAsync(CancellationToken cancellationToken)
    {
        // In this order: a file that is listed was written under a manifest that is not newer than the one read afterwards.
        var files = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var manifest = await _publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (manifest is null) return [];
        var named = manifest.Files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var deleted = new List<StoredFile>();
        SnapshotException? failure = null;
        var unnamed = files.Where(f => !named.Contains(f.Name));
        foreach (var file in unnamed.Where(f => _dropped.Contains(f.Name) || SnapshotOrphans.IsOrphan(f.Name, manifest)))
        {
            try
            {
                if (await store.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false)) deleted.Add(file);
            }
            catch (SnapshotException exception)
            {
                failure ??= exception;
            }
        }
        return failure is null ? deleted : throw failure.Again();
    }
}
