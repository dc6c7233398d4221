using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// Looks whether the files that the next delta builds on are still what was written. Each time all of them must be there, with their
/// lengths; of their bytes a bounded number is read and checked: first those of the newest commit, up to half of it, then on from where
/// the last look stopped. One thread's.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="bytes">How many bytes are read each time; 0 for none.</param>
internal sealed class ChainWatch(SnapshotStore store, long bytes)
{
    // An opening may be a journey to another machine.
    private const int OldFilesAtOnce = 4;

    private readonly SnapshotPublisher _publisher = new(store);
    private string? _file;
    private int _block;

    /// <summary>Looks at the files of the newest chain.</summary>
    /// <param name="newest">
    /// The identity of the commit that a delta would go on from. Where the manifest has another, others find out why.
    /// </param>
    /// <param name="cancellationToken">Asked before each block.</param>
    /// <returns>What is wrong; null where nothing was found.</returns>
    /// <exception cref="SnapshotException">The medium failed: nothing is known.</exception>
    public async Task<SnapshotException?> FindFaultAsync(Guid newest, CancellationToken cancellationToken)
    {
        try
        {
            return await _publisher.ReadFilesAsync(manifest => FindFaultAsync(manifest, newest, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SnapshotException fault) when (fault.Fault == SnapshotFault.Missing)
        {
            return fault;
        }
    }

    // Not of segments: a new full does not make them good.
    private static IEnumerable<SnapshotFileEntry> EntriesOf(IEnumerable<SnapshotCommit> commits) =>
        commits.SelectMany(commit => commit.TableFiles.Select(file => file.Entry));

    private async Task<SnapshotException?> FindFaultAsync(SnapshotManifest? manifest, Guid newest, CancellationToken cancellationToken)
    {
        if (manifest?.Newest is null || manifest.Newest.Identity != newest) return null;
        var chain = EntriesOf(manifest.NewestChain).ToList();
        try
        {
            await RequirePresentAsync(chain, cancellationToken).ConfigureAwait(false);
            // A reader of files: it must not hold up the caller that awaits it.
            await Task.Run(() => ReadAsync(chain, manifest.Newest, cancellationToken), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (SnapshotException fault) when (fault.Fault is SnapshotFault.Damaged or SnapshotFault.Mismatch)
        {
            return fault;
        }
    }

    private async Task RequirePresentAsync(List<SnapshotFileEntry> chain, CancellationToken cancellationToken)
    {
        var files = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var listed = files.ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
        foreach (var entry in chain)
        {
            if (listed.TryGetValue(entry.Name, out var length) && length == entry.Length) continue;
            // A listing may be late.
            using var file = await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false);
            if (file.Length == entry.Length) continue;
            throw new SnapshotException(SnapshotFault.Damaged, entry.Name, $"{entry.Length} bytes", $"{file.Length}.");
        }
    }

    private async Task ReadAsync(List<SnapshotFileEntry> chain, SnapshotCommit newest, CancellationToken cancellationToken)
    {
        if (bytes == 0) return;
        var left = bytes;
        foreach (var entry in EntriesOf([newest]))
        {
            if (left > bytes / 2) (_, left) = await ReadAsync(entry, 0, left, bytes / 2, cancellationToken).ConfigureAwait(false);
        }
        var at = Math.Max(0, chain.FindIndex(entry => entry.Name == _file));
        if (chain[at].Name != _file) _block = 0;
        for (var opened = 0; opened < OldFilesAtOnce && left > 0; opened++)
        {
            (_block, left) = await ReadAsync(chain[at], _block, left, 0, cancellationToken).ConfigureAwait(false);
            if (_block == 0) at = (at + 1) % chain.Count;
            _file = chain[at].Name;
        }
    }

    // Where to go on, 0 where the file is done; and how many bytes are left.
    private async Task<(int Block, long Left)> ReadAsync(
        SnapshotFileEntry entry, int block, long left, long end, CancellationToken cancellationToken)
    {
        using var reader = SnapshotReader.Open(await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false), entry);
        if (left <= end) return (block < reader.Blocks.Count ? block : 0, left);
        foreach (var read in reader.Read(Enumerable.Range(block, reader.Blocks.Count - block), cancellationToken))
        {
            block = read.Index + 1;
            left -= read.Entry.Bytes;
            if (left <= end) break;
        }
        return (block < reader.Blocks.Count ? block : 0, left);
    }
}
