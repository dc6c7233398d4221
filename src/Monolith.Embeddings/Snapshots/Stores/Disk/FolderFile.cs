namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// A file of a folder while it is written. Not buffered: what writes snapshots gathers small pieces itself. Holds the file's lock, by which
/// others see that its writer lives.
/// </summary>
internal sealed class FolderFile : IDiskFile
{
    private const long WriteOutBytes = 8 << 20;

    private readonly FileStream _file;
    private long _length, _writtenOut;

    private FolderFile(FileStream file) => _file = file;

    /// <param name="path">Its full path; no file may be there.</param>
    /// <exception cref="FileTakenException">A cleaning looked for leftovers between the making and the locking, and took the file for
    /// one.</exception>
    public static FolderFile Create(string path)
    {
        var file = Make(path);
        try
        {
            // The remover of leftovers holds their lock until they are gone: from here on this file stays.
            return FileLock.TryTake(file.SafeFileHandle) && File.Exists(path) ? new FolderFile(file) : throw new FileTakenException(path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _length += bytes.Length;
        if (_length - _writtenOut < WriteOutBytes) return;
        // The disk works while more is made ready, and the flush finds little left.
        WriteOut.Begin(_file.SafeFileHandle, _writtenOut, _length - _writtenOut);
        _writtenOut = _length;
    }

    public void Flush() => _file.Flush(flushToDisk: true);

    public void Dispose() => _file.Dispose();

    private static FileStream Make(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileLock.Share, bufferSize: 0);
        }
        catch (IOException exception) when (FileLock.IsTaken(exception))
        {
            throw new FileTakenException(path);
        }
    }
}
