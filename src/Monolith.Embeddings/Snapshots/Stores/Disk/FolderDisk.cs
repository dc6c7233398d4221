namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A folder of the file system.</summary>
/// <param name="path">Its full path.</param>
internal sealed class FolderDisk(string path) : ISnapshotDisk
{
    private const string LockName = ".lock";

    public long? FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(path).AvailableFreeSpace;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // No drive of its own: for example a share of Windows; or the folder is gone.
                return null;
            }
        }
    }

    public void CreateFolder()
    {
        // The entry of a new folder stands in its parent, and that of a new parent in the one above.
        var missing = new Stack<string>();
        for (var folder = path; !Directory.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } parent; folder = parent)
            missing.Push(parent);
        Directory.CreateDirectory(path);
        foreach (var parent in missing) FolderFlush.Flush(parent);
    }

    public IDiskFile Create(string name) => FolderFile.Create(Full(name));

    public IDiskReading Open(string name)
    {
        try
        {
            return new FolderReading(Full(name));
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new FileNotFoundException(exception.Message, name, exception);
        }
    }

    public bool Exists(string name) => File.Exists(Full(name));

    public void Rename(string from, string to, bool replace) => File.Move(Full(from), Full(to), replace);

    public void Delete(string name) => File.Delete(Full(name));

    public void FlushFolder() => FolderFlush.Flush(path);

    public IReadOnlyList<StoredFile> List() =>
        Directory.Exists(path)
            ? [.. new DirectoryInfo(path).EnumerateFiles().Where(f => !f.Name.StartsWith('.'))
                .Select(f => new StoredFile { Name = f.Name, Length = LengthOf(f) })]
            : [];

    public bool TryDeleteAbandoned(string name)
    {
        try
        {
            using var file = new FileStream(Full(name), FileMode.Open, FileAccess.ReadWrite, FileLock.Share, bufferSize: 0);
            if (!FileLock.TryTake(file.SafeFileHandle)) return false;
            File.Delete(Full(name));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException exception) when (FileLock.IsTaken(exception))
        {
            return false;
        }
    }

    // The lock file stays: two processes that delete and make it could each hold one of their own.
    public IDisposable? TryLock()
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(Full(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (FileLock.TryTake(file.SafeFileHandle)) return file;
            file.Dispose();
            return null;
        }
        catch (IOException exception) when (FileLock.IsTaken(exception))
        {
            return null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    // A file may go while it is listed.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private string Full(string name) => Path.Combine(path, name);
}
