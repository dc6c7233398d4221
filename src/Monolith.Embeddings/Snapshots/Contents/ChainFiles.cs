using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>The open files of what a store holds now: the newest full, and the deltas after it. Thread-safe. Owns the files.</summary>
internal sealed class ChainFiles : IDisposable
{
    // How often files may go, because the chain was folded and cleaned, between the reading of the manifest and theirs.
    private const int Attempts = 5;

    private readonly List<SnapshotContents> _files = [];

    private ChainFiles(SnapshotCommit newest) => Newest = newest;

    /// <summary>The commit whose state the files have together.</summary>
    public SnapshotCommit Newest { get; }

    /// <summary>The full and the deltas, in order.</summary>
    public IReadOnlyList<SnapshotContents> Files => _files;

    /// <summary>The tables, as the newest file describes them.</summary>
    public IReadOnlyList<TableContents> Tables => _files[^1].Tables;

    /// <param name="store">The store.</param>
    /// <param name="isServing">Whether to open the files for replicas, of weights alone.</param>
    /// <param name="cancellationToken">Asked before each file.</param>
    /// <exception cref="SnapshotException">There is no commit, a file is missing or was changed, or the files are not of one schema.</exception>
    public static async Task<ChainFiles> OpenAsync(SnapshotStore store, bool isServing, CancellationToken cancellationToken)
    {
        var publisher = new SnapshotPublisher(store);
        for (var attempt = 1; ; attempt++)
        {
            var manifest = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (manifest?.Newest is null) throw new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a commit", "none: nothing was saved to this store.");
            try
            {
                return await OpenAsync(store, manifest, isServing, cancellationToken).ConfigureAwait(false);
            }
            catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && attempt < Attempts)
            {
                // The manifest of now may name others.
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private static async Task<ChainFiles> OpenAsync(SnapshotStore store, SnapshotManifest manifest, bool isServing, CancellationToken cancellationToken)
    {
        var chain = new ChainFiles(manifest.Newest!);
        try
        {
            foreach (var commit in manifest.NewestChain) await chain.AddAsync(store, manifest, commit, isServing, cancellationToken).ConfigureAwait(false);
            return chain;
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }

    private async Task AddAsync(SnapshotStore store, SnapshotManifest manifest, SnapshotCommit commit, bool isServing, CancellationToken cancellationToken)
    {
        var entry = !isServing ? commit.Training : commit.Serving
            ?? throw new SnapshotException(SnapshotFault.Missing, commit.Training.Name, "a file for replicas beside it", $"none: commit {commit.Number} was saved without.");
        var contents = SnapshotContents.Open(await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false), entry);
        _files.Add(contents);
        contents.RequireOf(manifest.Chain, commit);
        // Each file says how its rows lie; those of a chain must lie alike.
        TableDescriptionFit.Require(contents, [.. _files[0].Tables.Select(t => t.Description)]);
    }
}
