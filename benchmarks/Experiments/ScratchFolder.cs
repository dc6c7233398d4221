using Monolith.Embeddings.Snapshots;

namespace Experiments;

/// <summary>A folder for the stores of a trial; it goes with the trial.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly string _path;
    private int _stores;

    /// <summary>Makes a folder.</summary>
    /// <param name="parent">Where; made where it is not there.</param>
    public ScratchFolder(string parent)
    {
        _path = Path.Combine(parent, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(_path);
    }

    /// <summary>An empty store.</summary>
    public FileSnapshotStore NewStore() => new(Path.Combine(_path, $"store-{++_stores}"));

    /// <summary>A store with the newest commit of another, on which one can go on apart from it.</summary>
    public async Task<FileSnapshotStore> CopyAsync(SnapshotStore store, CancellationToken cancellationToken)
    {
        var (backups, copy) = (NewStore(), NewStore());
        await SnapshotBackup.CreateAsync(store, backups, cancellationToken: cancellationToken);
        await SnapshotBackup.RestoreAsync(backups, copy, cancellationToken: cancellationToken);
        return copy;
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
