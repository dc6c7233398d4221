using System.Runtime.InteropServices;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>Writes rows as arrays of NumPy, in one pass over them.</summary>
internal static class NpzWriter
{
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
        using var archive = new NpzArchive(destination, compress);
        archive.Add(NpyFormat.Ids, new NpyHeader(NpyFormat.Int64, [count]), stream => ids.CopyTo(stream, cancellationToken));
        archive.Add(NpyFormat.Weights, new NpyHeader(NpyFormat.Float32, [count, rows.Dimension]),
            stream => weights.CopyTo(stream, cancellationToken));
        archive.Add(
            NpyFormat.LastUpdates, new NpyHeader(NpyFormat.UInt32, [count]), stream => lastUpdates.CopyTo(stream, cancellationToken));
        AddTexts(archive, NpyFormat.Segments, [.. rows.Segments.Select(s => s.Name)]);
        long[] dimensions = [.. rows.Segments.Select(s => (long)s.Dimension)];
        archive.Add(NpyFormat.Dimensions, new NpyHeader(NpyFormat.Int64, [dimensions.Length]),
            stream => stream.Write(MemoryMarshal.AsBytes<long>(dimensions)));
        return count;
    }

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

    private static void AddTexts(NpzArchive archive, string name, string[] texts)
    {
        // Texts of one length, four bytes a character, filled up with zeros.
        byte[][] encoded = [.. texts.Select(NpyFormat.Texts.GetBytes)];
        var longest = encoded.Max(bytes => bytes.Length);
        archive.Add(name, new NpyHeader($"<U{longest / sizeof(uint)}", [texts.Length]), stream =>
        {
            foreach (var bytes in encoded)
            {
                stream.Write(bytes);
                stream.Write(new byte[longest - bytes.Length]);
            }
        });
    }
}
