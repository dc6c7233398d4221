using System.IO.Compression;

namespace Monolith.Embeddings.Exchange;

/// <summary>A NumPy file while it is written: a zip file of one array behind the other.</summary>
/// <param name="destination">Receives the file; left open.</param>
/// <param name="compress">Whether arrays are deflated.</param>
internal sealed class NpzArchive(Stream destination, bool compress) : IDisposable
{
    /// <summary>What follows the name of an array.</summary>
    public const string Extension = ".npy";

    // The time that NumPy gives its entries: equal arrays give equal files.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _archive = new(destination, ZipArchiveMode.Create, leaveOpen: true);
    private readonly CompressionLevel _level = compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression;

    /// <summary>Adds an array.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="header">Its type and shape.</param>
    /// <param name="writeData">Writes as many bytes as these say.</param>
    public void Add(string name, NpyHeader header, Action<Stream> writeData)
    {
        var entry = _archive.CreateEntry(name + Extension, _level);
        entry.LastWriteTime = EntryTime;
        using var stream = entry.Open();
        stream.Write(header.ToBytes());
        writeData(stream);
    }

    public void Dispose() => _archive.Dispose();
}
