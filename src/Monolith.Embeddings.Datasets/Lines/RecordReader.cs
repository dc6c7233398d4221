using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// What all readers of files do: open, unpack, cut into lines, apply the limit of malformed ones. A format only parses a line.
/// </summary>
internal static class RecordReader
{
    public static IEnumerable<T> Read<T>(string path, Func<LineFormat<T>> format, MalformedLines? malformed, Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read([path], format, malformed, encoding);
    }

    /// <summary>The records of several files, one file after the other; each is read as if it were alone.</summary>
    public static IEnumerable<T> Read<T>(
        IEnumerable<string> paths, Func<LineFormat<T>> format, MalformedLines? malformed, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] files = [.. paths];
        foreach (var path in files) ArgumentException.ThrowIfNullOrEmpty(path, nameof(paths));
        malformed ??= new MalformedLines();
        OptionErrors.ThrowIfInvalid(malformed);
        return Iterate(files, format, malformed, encoding);
    }

    private static IEnumerable<T> Iterate<T>(string[] files, Func<LineFormat<T>> create, MalformedLines malformed, Encoding? encoding)
    {
        // A file that is missing is told before a day of the others was learned.
        foreach (var path in files) TextFile.RequireExists(path);
        foreach (var path in files)
        {
            var format = create();
            using var lines = new TextLines(path, format.Frame, encoding);
            var tally = new MalformedLineTally(path, format.Expected, malformed);
            var awaitsHeader = format.HasHeader;
            while (lines.MoveNext())
            {
                if (lines.Current.IsEmpty) continue;
                if (awaitsHeader)
                {
                    if ((lines.Problem ?? format.ReadHeader(lines.Current)) is { } wrong)
                        throw tally.Header(lines.Number, wrong, lines.Current);
                    awaitsHeader = false;
                    continue;
                }
                var record = default(T)!;
                var problem = lines.Problem ?? format.Parse(lines.Current, out record);
                if (problem is null) yield return record;
                else tally.Add(lines.Number, problem, lines.Current);
            }
        }
    }
}
