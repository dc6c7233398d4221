namespace Monolith.Embeddings.Snapshots;

/// <summary>A file of a folder while it is written. Not buffered: what writes snapshots gathers small pieces itself.</summary>
/// <param name="path">Its full path; no file may be there.</param>
internal sealed class FolderFile(string path) : IDiskFile
{
    // Shared for deletion alone: it may be renamed while it is open, and others see that it is held.
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);

    public void Write(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    public void Flush() => _file.Flush(flushToDisk: true);

    public void Dispose() => _file.Dispose();
}
