using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Csv;

/// <summary>The rows of a CSV file by the application's mapping.</summary>
internal sealed class CsvFormat<T>(CsvColumn[] columns, CsvMapping<T> map, CsvOptions options) : LineFormat<T>
{
    private readonly CsvFields _fields = new(options.Delimiter);
    private readonly string[] _names = [.. columns.Select(c => c.ToString())];
    private readonly int[] _places = [.. columns.Select(c => c.Index)];
    private int _headerCount = -1;

    public override string Expected =>
        $"CSV delimited by {Show(options.Delimiter)} with {Join(columns)}";

    public override char? QuotedDelimiter => options.Delimiter;

    public override bool HasHeader => options.HasHeader;

    public override string? ReadHeader(ReadOnlySpan<char> line)
    {
        if (_fields.Split(line) is { } problem) return problem;
        _headerCount = _fields.Count;
        var found = new string[_fields.Count];
        for (var i = 0; i < found.Length; i++) found[i] = _fields[i].ToString();
        var missing = columns.Where(c => !Exists(c, found)).ToArray();
        var repeated = columns.Where(c => c.Name is not null && found.Count(name => name == c.Name) > 1).ToArray();
        if (missing.Length > 0) return $"the header lacks {Join(missing)}; it has {Join(found.Select(CsvColumn.FromName))}";
        if (repeated.Length > 0) return $"the header has {Join(repeated)} more than once; choose the column by its position";
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name is { } name) _places[i] = Array.IndexOf(found, name);
        }
        return null;
    }

    public override string? Parse(ReadOnlySpan<char> line, out T record)
    {
        record = default!;
        if (_fields.Split(line) is { } problem) return problem;
        if (_headerCount >= 0 && _fields.Count != _headerCount)
            return $"the record has {_fields.Count} fields delimited by {Show(options.Delimiter)}, and the header has {_headerCount}";
        if (_places.Max() >= _fields.Count)
            return $"the record has {_fields.Count} fields delimited by {Show(options.Delimiter)}, too few for column {_places.Max()}";
        try
        {
            record = map(new CsvRow(_fields, _names, _places));
            return null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return exception.Message;
        }
    }

    private static bool Exists(CsvColumn column, string[] found) =>
        column.Name is { } name ? found.Contains(name) : column.Index < found.Length;

    private static string Join(IEnumerable<CsvColumn> columns) => string.Join(", ", columns);

    private static string Show(char delimiter) => delimiter == '\t' ? "TAB" : $"'{delimiter}'";
}
