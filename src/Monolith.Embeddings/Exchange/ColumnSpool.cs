namespace Monolith.Embeddings.Exchange;

/// <summary>A column on its way into a file: gathered in a temporary file, because the lengths of columns stand before them.</summary>
internal sealed class ColumnSpool : IDisposable
{
    private const int BufferBytes = 1 << 17;

    private static int _numbers;

    private readonly FileStream _file;

    public ColumnSpool(string folder)
    {
        _file = new FileStream(
            FreePath(folder), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);
    }

    public void Write(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    /// <summary>Copies what was written.</summary>
    public void CopyTo(Stream destination, CancellationToken cancellationToken)
    {
        _file.Position = 0;
        var buffer = new byte[BufferBytes];
        for (int count; (count = _file.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            destination.Write(buffer.AsSpan(0, count));
        }
    }

    public void Dispose() => _file.Dispose();

    // A process of the same number may have died and left its file.
    private static string FreePath(string folder)
    {
        while (true)
        {
            var path = Path.Combine(folder, $"monolith-export-{Environment.ProcessId}-{Interlocked.Increment(ref _numbers)}.tmp");
            if (!File.Exists(path)) return path;
        }
    }
}
