using System.IO.Compression;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>Writes rows as arrays of NumPy, in one pass over them.</summary>
internal sealed class NpzWriter : IDisposable
{
    // The time that NumPy gives its entries: equal tables give equal files.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _archive;
    private readonly CompressionLevel _level;

    private NpzWriter(Stream destination, bool compress)
    {
        _archive = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true);
        _level = compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
    }

    /// <returns>How many rows were written.</returns>
    public static long Write(TableRows rows, Stream destination, bool compress, string folder, CancellationToken cancellationToken)
    {
        using ColumnSpool ids = new(folder), weights = new(folder), lastUpdates = new(folder);
        var count = 0L;
        rows.ForEach(chunk =>
        {
            count += Gather(chunk, ids, weights, lastUpdates);
            return true;
        }, cancellationToken);
        using var writer = new NpzWriter(destination, compress);
        writer.Add(NpyFormat.Ids, new NpyHeader(NpyFormat.Int64, [count]), stream => ids.CopyTo(stream, cancellationToken));
        writer.Add(NpyFormat.Weights, new NpyHeader(NpyFormat.Float32, [count, rows.Dimension]),
            stream => weights.CopyTo(stream, cancellationToken));
        writer.Add(
            NpyFormat.LastUpdates, new NpyHeader(NpyFormat.UInt32, [count]), stream => lastUpdates.CopyTo(stream, cancellationToken));
        writer.AddTexts(NpyFormat.Segments, [.. rows.Segments.Select(s => s.Name)]);
        long[] dimensions = [.. rows.Segments.Select(s => (long)s.Dimension)];
        writer.Add(NpyFormat.Dimensions, new NpyHeader(NpyFormat.Int64, [dimensions.Length]),
            stream => stream.Write(MemoryMarshal.AsBytes<long>(dimensions)));
        return count;
    }

    public void Dispose() => _archive.Dispose();

    private static int Gather(RowChunk chunk, ColumnSpool ids, ColumnSpool weights, ColumnSpool lastUpdates)
    {
        ids.Write(MemoryMarshal.AsBytes(chunk.Ids));
        weights.Write(MemoryMarshal.AsBytes(chunk.Weights));
        foreach (var time in chunk.LastUpdatesMilliseconds)
        {
            var seconds = EventSeconds.OfMilliseconds(time);
            lastUpdates.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in seconds)));
        }
        return chunk.Count;
    }

    private void AddTexts(string name, string[] texts)
    {
        // Texts of one length, four bytes a character, filled up with zeros.
        byte[][] encoded = [.. texts.Select(NpyFormat.Texts.GetBytes)];
        var longest = encoded.Max(bytes => bytes.Length);
        Add(name, new NpyHeader($"<U{longest / sizeof(uint)}", [texts.Length]), stream =>
        {
            foreach (var bytes in encoded)
            {
                stream.Write(bytes);
                stream.Write(new byte[longest - bytes.Length]);
            }
        });
    }

    private void Add(string name, NpyHeader header, Action<Stream> writeData)
    {
        var entry = _archive.CreateEntry($"{name}.npy", _level);
        entry.LastWriteTime = EntryTime;
        using var stream = entry.Open();
        stream.Write(header.ToBytes());
        writeData(stream);
    }
}
