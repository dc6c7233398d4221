using System.IO.Compression;
using System.Text;

namespace OnlineTraining.Tests;

/// <summary>Files of invented rows in a folder that is deleted in the end.</summary>
internal sealed class SampleFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("online-training-");

    public string Folder => _folder.FullName;

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public string WriteGzip(string name, string text)
    {
        using var file = File.Create(Path(name));
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(text));
        return Path(name);
    }

    /// <summary>Ratings in which the user decides: even ones like everything.</summary>
    public static string Ratings(string separator, int count, float high, float low, string header = "")
    {
        var text = new StringBuilder(header);
        for (var i = 0; i < count; i++)
        {
            var user = i * 31 % 17;
            text.Append(FormattableString.Invariant(
                $"{user}{separator}{i % 13}{separator}{(user % 2 == 0 ? high : low)}{separator}{1_400_000_000 + i * 60}\n"));
        }
        return text.ToString();
    }

    public static string Criteo(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(i % 2).Append('\t').AppendJoin('\t', Enumerable.Range(0, 13).Select(k => k % 3 == 0 ? "" : $"{(i + k) % 40 - 2}"));
            text.Append('\t').AppendJoin('\t', Enumerable.Range(0, 26).Select(k => k % 5 == 4 ? "" : $"{i % (k + 2):x8}")).Append('\n');
        }
        return text.ToString();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
