using System.Globalization;
using System.IO.Compression;

namespace Monolith.Embeddings.Tests.Soak;

/// <summary>One day of clicks, in the order of time.</summary>
internal sealed record ClickDay(int[] Sessions, int[] Items)
{
    /// <summary>Reads a gzip file of lines <c>session item</c>.</summary>
    public static ClickDay Read(string path)
    {
        var (sessions, items) = (new List<int>(), new List<int>());
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var blank = line.IndexOf(' ');
            sessions.Add(int.Parse(line.AsSpan(0, blank), CultureInfo.InvariantCulture));
            items.Add(int.Parse(line.AsSpan(blank + 1), CultureInfo.InvariantCulture));
        }
        return new ClickDay([.. sessions], [.. items]);
    }
}
