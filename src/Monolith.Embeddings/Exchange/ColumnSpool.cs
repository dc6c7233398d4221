namespace Monolith.Embeddings.Exchange;

/// <summary>A column on its way into a file: gathered in a temporary file, because the lengths of columns stand before them.</summary>
internal sealed class ColumnSpool : IDisposable
{
    private const int BufferBytes = 1 << 17;

    private readonly FileStream _file;

    public ColumnSpool(string folder)
    {
        var path = Path.Combine(folder, $"monolith-export-{Guid.NewGuid():N}.tmp");
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);
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
}
