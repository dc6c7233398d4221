using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Stores;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A folder of a local or shared file system. A file is written under a temporary name, flushed, renamed, and the folder flushed; the
/// manifest likewise, and compared and swapped under a lock file. Thread-safe, and safe for many processes.
/// </summary>
/// <remarks>
/// The file system must rename within a folder in one step and know advisory locks (flock): ext4, XFS, btrfs, APFS, NTFS do; NFS from
/// version 4, and SMB from version 3. Where it takes no locks, writing is refused. A reader needs no right to write. The folder is made by
/// an instance's first writing, which also removes the temporary files of writers that died; those of living writers, in any process and on
/// any machine, are locked and stay, as does every file whose name no store made. Files that were committed but never named by a manifest
/// are the caller's to remove.
/// </remarks>
/// <example>
/// <code>
/// // A folder that may be there or not; one trainer writes to it, any number of replicas read it.
/// var store = new FileSnapshotStore("recommender");
/// </code>
/// </example>
[DebuggerDisplay("{Folder}")]
public sealed class FileSnapshotStore : SnapshotStore
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(5);

    private readonly ISnapshotDisk _disk;
    private readonly DiskManifest _manifest;
    private readonly TimeSpan _lockTimeout;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private int _isOpened;

    /// <summary>Makes a store of a folder. Reads and writes nothing yet.</summary>
    /// <param name="path">The folder; need not be there.</param>
    /// <param name="options">Options; null for the defaults. Copied.</param>
    /// <param name="timeProvider">The clock of <see cref="FileSnapshotStoreOptions.LockTimeout"/>; the system's where null.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// Options cannot be used; lists all that is wrong.
    /// </exception>
    public FileSnapshotStore(string path, FileSnapshotStoreOptions? options = null, TimeProvider? timeProvider = null)
        : this(new FolderDisk(FullPath(path)), path, options, timeProvider)
    {
    }

    internal FileSnapshotStore(ISnapshotDisk disk, string path, FileSnapshotStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        options ??= new FileSnapshotStoreOptions();
        OptionErrors.ThrowIfInvalid(options);
        (_disk, Folder, _lockTimeout, _time) = (disk, path, options.LockTimeout, timeProvider ?? TimeProvider.System);
        _log = options.Logger ?? NullLogger.Instance;
        _manifest = new DiskManifest(disk, options.MaxManifestBytes);
    }

    /// <summary>The folder, as it was given.</summary>
    public string Folder { get; }

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        var all = await Task.Run(() => DiskFaults.Guard(Folder, "a folder that can be listed", _disk.List), cancellationToken)
            .ConfigureAwait(false);
        return [.. all.Where(f => SnapshotFileNames.IsValid(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public override async ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var manifest = await Task.Run(_manifest.Read, cancellationToken).ConfigureAwait(false);
            if (manifest is null || !_manifest.IsDoubtful(manifest)) return manifest;
            if (await TryReplaceManifestCoreAsync(manifest.Bytes, manifest.Token, cancellationToken).ConfigureAwait(false) is not null)
                return manifest;
        }
    }

    internal override long? FreeBytes => _disk.FreeBytes;

    internal override long RemoveLeftovers() => DiskFaults.Guard(
        Folder, "a folder that can be listed", () => DiskLeftovers.Remove(_disk, file => _log.RemovedLeftover(file, Folder)));

    /// <inheritdoc />
    protected override async ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        await Task.Run(() => Create(name), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        await Task.Run(() => new DiskSnapshotFile(_disk, name), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        await Task.Run(() => DiskFaults.Guard(name, "to delete it", () => Delete(name)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        Open();
        using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await Task.Run(() => _manifest.TryReplace(bytes, expectedToken), CancellationToken.None).ConfigureAwait(false);
    }

    private static string FullPath(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Path.GetFullPath(path);
    }

    private DiskFileStream Create(string name)
    {
        Open();
        if (DiskFaults.Guard(name, "to see whether the name is free", () => _disk.Exists(name))) throw SnapshotFileNames.Taken(name);
        return new DiskFileStream(_disk, name);
    }

    // The first writing makes the folder; a later one never: what is gone then is a volume that is not mounted, and files must not go
    // beneath its folder.
    private void Open()
    {
        if (Volatile.Read(ref _isOpened) != 0) return;
        DiskFaults.Guard(Folder, "a folder that can be written", _disk.CreateFolder);
        // Also before a manifest: on a full disk it may need the room.
        RemoveLeftovers();
        Volatile.Write(ref _isOpened, 1);
    }

    private bool Delete(string name)
    {
        if (!_disk.Exists(name)) return false;
        _disk.Delete(name);
        return true;
    }

    private async ValueTask<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (DiskFaults.Guard(DiskManifest.Name, "a lock file that can be written", _disk.TryLock) is { } held) return held;
            if (_time.GetElapsedTime(start) >= _lockTimeout)
            {
                throw new SnapshotException(
                    SnapshotFault.Storage, DiskManifest.Name, $"to get its lock within {_lockTimeout} (LockTimeout)",
                    "that another process holds it. See whether one hangs; the lock goes with its process.");
            }
            await Task.Delay(LockRetry, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
