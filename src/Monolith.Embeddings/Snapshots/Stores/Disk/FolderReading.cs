using Microsoft.Win32.SafeHandles;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A file of a folder while it is read.</summary>
/// <param name="path">Its full path.</param>
internal sealed class FolderReading(string path) : IDiskReading
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    public long Length => RandomAccess.GetLength(_file);

    public int Read(long offset, Span<byte> buffer) => RandomAccess.Read(_file, buffer, offset);

    public void Dispose() => _file.Dispose();
}
