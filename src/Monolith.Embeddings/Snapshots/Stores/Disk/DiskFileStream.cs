namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// Writes a file under a temporary name in the same folder; a commit flushes it, gives it its name, and flushes the folder.
/// </summary>
/// <param name="disk">The folder.</param>
/// <param name="name">The file's name.</param>
internal sealed class DiskFileStream(ISnapshotDisk disk, string name) : SnapshotFileStream(name)
{
    private readonly DiskTemporaryFile _file = DiskFaults.Guard(name, "a new file", () => DiskTemporaryFile.Create(disk, name));
    private bool _isNamed;

    protected override void WriteCore(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.File.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskFaults.Of(exception, Name, $"to write {buffer.Length} bytes at {Length}");
        }
    }

    protected override async ValueTask CommitCoreAsync(CancellationToken cancellationToken) =>
        await Task.Run(Commit, CancellationToken.None).ConfigureAwait(false);

    protected override void CloseCore(bool committed)
    {
        if (committed) _file.Dispose();
        else if (!_isNamed) _file.Remove();
        else DiskLeftovers.TryDelete(disk, Name);
    }

    private void Commit()
    {
        DiskFaults.Guard(Name, "its bytes to be flushed", _file.File.Flush);
        DiskFaults.Guard(Name, "to give it its name", Publish);
        DiskFaults.Guard(Name, "its name to be flushed", disk.FlushFolder);
    }

    private void Publish()
    {
        if (disk.Exists(Name)) throw SnapshotFileNames.Taken(Name);
        try
        {
            _file.Rename(Name, replace: false);
        }
        catch (IOException) when (disk.Exists(Name))
        {
            // Another writer was faster just now.
            throw SnapshotFileNames.Taken(Name);
        }
        _isNamed = true;
    }
}
