namespace Monolith.Embeddings.Snapshots;

/// <summary>A folder of the file system.</summary>
/// <param name="path">Its full path.</param>
internal sealed class FolderDisk(string path) : ISnapshotDisk
{
    private const string LockName = ".lock";

    public void CreateFolder()
    {
        // The entry of a new folder stands in its parent, and that of a new parent in the one above.
        var missing = new Stack<string>();
        for (var folder = path; !Directory.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } parent; folder = parent) missing.Push(parent);
        Directory.CreateDirectory(path);
        foreach (var parent in missing) FolderFlush.Flush(parent);
    }

    public IDiskFile Create(string name) => new FolderFile(Full(name));

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
            ? [.. new DirectoryInfo(path).EnumerateFiles().Where(f => f.Name != LockName).Select(f => new StoredFile(f.Name, LengthOf(f)))]
            : [];

    public bool IsHeld(string name)
    {
        try
        {
            using var file = new FileStream(Full(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // The lock file stays: two processes that delete and make it could each hold one of their own.
    public IDisposable? TryLock()
    {
        try
        {
            return new FileStream(Full(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            return null;
        }
    }

    // On Unix .NET reports the lock of another process as EWOULDBLOCK, on Windows as a sharing violation.
    private static bool IsSharingViolation(IOException exception) =>
        exception.GetType() == typeof(IOException) && (exception.HResult & 0xFFFF) is 11 or 35 or 32 or 33;

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
