using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// What all readers of files do: open, unpack, cut into lines, apply the limit of malformed ones. A format only parses a line.
/// </summary>
internal static class RecordReader
{
    public static IEnumerable<T> Read<T>(string path, Func<LineFormat<T>> format, MalformedLines? malformed)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        malformed ??= new MalformedLines();
        OptionErrors.ThrowIfInvalid(malformed);
        return Iterate(path, format, malformed);
    }

    private static IEnumerable<T> Iterate<T>(string path, Func<LineFormat<T>> create, MalformedLines malformed)
    {
        var format = create();
        using var lines = new TextLines(path, format.QuotedDelimiter);
        var tally = new MalformedLineTally(path, format.Expected, malformed);
        if (format.HasHeader && lines.MoveNext() && (lines.Problem ?? format.ReadHeader(lines.Current)) is { } wrong)
            throw tally.Header(lines.Number, wrong, lines.Current);
        while (lines.MoveNext())
        {
            if (lines.Current.IsEmpty) continue;
            var record = default(T)!;
            var problem = lines.Problem ?? format.Parse(lines.Current, out record);
            if (problem is null) yield return record;
            else tally.Add(lines.Number, problem, lines.Current);
        }
    }
}
