using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// The open files of a chain: the newest full, and the deltas after it. The one way to open them, for restores, folds, exports and
/// warm starts. Thread-safe. Owns the files.
/// </summary>
internal sealed class ChainFiles : IDisposable
{
    private readonly List<SnapshotContents> _files = [];
    private readonly List<SnapshotCommit> _commits = [];

    private ChainFiles(SnapshotCommit newest) => Newest = newest;

    /// <summary>The commit whose state the files have together.</summary>
    public SnapshotCommit Newest { get; }

    /// <summary>The full and the deltas, in order; of each its parts, and last the trainer's own file.</summary>
    public IReadOnlyList<SnapshotContents> Files => _files;

    /// <summary>The files, each with its commit.</summary>
    public IEnumerable<(SnapshotContents File, SnapshotCommit Commit)> Commits => _files.Zip(_commits);

    /// <summary>The tables, as the newest file describes them.</summary>
    public IReadOnlyList<TableContents> Tables => _files[^1].Tables;

    /// <summary>Opens what a store holds now.</summary>
    /// <param name="store">The store.</param>
    /// <param name="isServing">Whether to open the files for replicas, of weights alone.</param>
    /// <param name="cancellationToken">Asked before each file.</param>
    /// <exception cref="SnapshotException">
    /// There is no commit, a file is missing or was changed, or the files are not of one schema.
    /// </exception>
    public static Task<ChainFiles> OpenAsync(SnapshotStore store, bool isServing, CancellationToken cancellationToken) =>
        new SnapshotPublisher(store).ReadFilesAsync(
            manifest => manifest?.Newest is not null
                ? OpenAsync(store, manifest, isServing, cancellationToken)
                : throw new SnapshotException(
                    SnapshotFault.Missing, DiskManifest.Name, "a commit", "none: nothing was saved to this store."),
            cancellationToken);

    /// <summary>Opens what a manifest names.</summary>
    /// <param name="store">The store.</param>
    /// <param name="manifest">The manifest of a chain with a commit.</param>
    /// <param name="isServing">Whether to open the files for replicas, of weights alone.</param>
    /// <param name="cancellationToken">Asked before each file.</param>
    /// <exception cref="SnapshotException">A file is missing or was changed, or the files are not of one schema.</exception>
    public static Task<ChainFiles> OpenAsync(
        SnapshotStore store, SnapshotManifest manifest, bool isServing, CancellationToken cancellationToken) =>
        OpenAsync(store, manifest, manifest.NewestChain.SelectMany(commit => commit.FilesOf(isServing).Select(file => (commit, file))),
            cancellationToken);

    /// <summary>Opens the files for training that one process wrote, from the newest full on.</summary>
    /// <param name="store">The store.</param>
    /// <param name="manifest">The manifest of a chain with a commit.</param>
    /// <param name="part">The process's part; null for the trainer's own files.</param>
    /// <param name="cancellationToken">Asked before each file.</param>
    /// <exception cref="SnapshotException">
    /// There is no such part, a file is missing or was changed, or the files are not of one schema.
    /// </exception>
    public static Task<ChainFiles> OpenPartAsync(
        SnapshotStore store, SnapshotManifest manifest, string? part, CancellationToken cancellationToken)
    {
        var newest = manifest.Newest!;
        if (newest.FilesOf(false).All(file => file.Part != part))
        {
            throw new SnapshotException(SnapshotFault.Mismatch, newest.Training.Name, $"a part '{part}' beside it",
                $"only {string.Join(", ", newest.Parts.Select(p => $"'{p.Name}'"))}.");
        }
        var files = manifest.NewestChain.SelectMany(
            commit => commit.FilesOf(false).Where(file => file.Part == part).Select(file => (commit, file)));
        return OpenAsync(store, manifest, files, cancellationToken);
    }

    /// <summary>Opens the files of a commit as a reader will, and closes them: header, directory, descriptions of tables.</summary>
    /// <exception cref="SnapshotException">A reader would refuse one.</exception>
    public static async Task RequireReadableAsync(
        SnapshotStore store, Guid chain, SnapshotCommit commit, CancellationToken cancellationToken)
    {
        foreach (var file in commit.TableFiles)
        {
            using var contents = await SnapshotContents.OpenAsync(store, chain, commit, file, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private static async Task<ChainFiles> OpenAsync(
        SnapshotStore store, SnapshotManifest manifest, IEnumerable<(SnapshotCommit Commit, CommitFile File)> files,
        CancellationToken cancellationToken)
    {
        var chain = new ChainFiles(manifest.Newest!);
        try
        {
            foreach (var (commit, one) in files)
            {
                var file = await SnapshotContents.OpenAsync(store, manifest.Chain, commit, one, cancellationToken).ConfigureAwait(false);
                chain._files.Add(file);
                chain._commits.Add(commit);
                // Each file says the layout of its rows; all files of a chain must have the same.
                TableDescriptionFit.Require(file, [.. chain._files[0].Tables.Select(t => t.Description)]);
            }
            return chain;
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }
}
