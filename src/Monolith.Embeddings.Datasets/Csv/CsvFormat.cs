using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Csv;

/// <summary>The rows of a CSV file by the application's mapping.</summary>
internal sealed class CsvFormat<T> : LineFormat<T>
{
    private readonly CsvColumn[] _columns;
    private readonly CsvMapping<T> _map;
    private readonly CsvOptions _options;
    private readonly CsvFields _fields;
    private readonly CsvFrame<char> _frame;
    private readonly string[] _names;
    private readonly int[] _places;

    public CsvFormat(CsvColumn[] columns, CsvMapping<T> map, CsvOptions options)
    {
        (_columns, _map, _options) = (columns, map, options);
        _fields = new CsvFields(options.Delimiter, options.Quoting);
        _names = [.. columns.Select(c => c.ToString())];
        _places = [.. columns.Select(c => c.Index)];
        _frame = new CsvFrame<char>(options.Delimiter) { LeastFields = options.HasHeader ? 0 : _places.Max() + 1 };
    }

    /// <summary>How many fields each record has, once the header was read; else 0.</summary>
    public int FieldCount => _frame.FieldCount;

    /// <summary>How many fields each record has at least, without a header.</summary>
    public int LeastFields => _frame.LeastFields;

    public override string Expected => $"CSV delimited by {Show(_options.Delimiter)} with {Join(_columns)}";

    public override IRecordFrame<char>? Frame => _options.Quoting == CsvQuoting.None ? null : _frame;

    public override bool HasHeader => _options.HasHeader;

    public override string? ReadHeader(ReadOnlySpan<char> line)
    {
        if (_fields.Split(line) is { } problem) return problem;
        var found = new string[_fields.Count];
        for (var i = 0; i < found.Length; i++) found[i] = _fields[i].ToString();
        var missing = _columns.Where(c => !Exists(c, found)).ToArray();
        var repeated = _columns.Where(c => c.Name is not null && found.Count(name => name == c.Name) > 1).ToArray();
        if (missing.Length > 0) return $"the header lacks {Join(missing)}; it has {Join(found.Select(CsvColumn.FromName))}";
        if (repeated.Length > 0) return $"the header has {Join(repeated)} more than once; choose the column by its position";
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Name is { } name) _places[i] = Array.IndexOf(found, name);
        }
        _frame.FieldCount = found.Length;
        return null;
    }

    public override string? Parse(ReadOnlySpan<char> line, out T record)
    {
        record = default!;
        if (_fields.Split(line) is { } problem) return problem;
        if (_options.HasHeader && _fields.Count != _frame.FieldCount)
            return $"the record has {_fields.Count} fields delimited by {Show(_options.Delimiter)}, and the header has {_frame.FieldCount}";
        if (_fields.Count < _frame.LeastFields)
        {
            return $"the record has {_fields.Count} fields delimited by {Show(_options.Delimiter)}, "
                + $"too few for column {_frame.LeastFields - 1}";
        }
        try
        {
            record = _map(new CsvRow(_fields, _names, _places));
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

    private static string Show(char delimiter) => delimiter == '\t' ? "TAB" : $"'{ShownText.Of([delimiter])}'";
}
