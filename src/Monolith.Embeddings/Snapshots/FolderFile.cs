namespace Monolith.Embeddings.Snapshots;

/// <summary>A file of a folder while it is written. Not buffered: what writes snapshots gathers small pieces itself.</summary>
/// <param name="path">Its full path; no file may be there.</param>
internal sealed class FolderFile(string path) : IDiskFile
{
    private const long WriteOutBytes = 8 << 20;

    // Shared for deletion alone: it may be renamed while it is open, and others see that it is held.
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);
    private long _length, _writtenOut;

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
}
