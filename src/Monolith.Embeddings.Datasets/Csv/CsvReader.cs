using System.Text;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Reads records of the application's own type from CSV files: RFC 4180, with any delimiter, quoted fields, doubled quotes and line ends
/// inside quotes. With a header every row has as many fields as it.
/// </summary>
/// <example>
/// <code>
/// var sales = new CsvReader&lt;Sale&gt;(
///     ["CustomerID", "StockCode", "UnitPrice"], row => new Sale(row.Int64(0), row.Text(1), row.Single(2, minimum: 0)));
/// foreach (var sale in sales.Read("sales.csv.gz")) Learn(sale);
/// </code>
/// </example>
/// <remarks>
/// Files are plain or gzip, whatever their names, and UTF-8 unless <see cref="CsvOptions.Encoding"/> or their byte order mark says
/// otherwise. Empty lines are skipped, also before the header. Thread-safe if the mapping is; the options are copied.
/// </remarks>
/// <typeparam name="T">The application's record.</typeparam>
public sealed class CsvReader<T>
{
    private readonly CsvColumn[] _columns;
    private readonly CsvMapping<T> _map;
    private readonly CsvOptions _options;

    /// <summary>Creates a reader.</summary>
    /// <param name="columns">The columns that the mapping reads, by name or by position; the mapping sees them in this order.</param>
    /// <param name="map">Makes a record of a row.</param>
    /// <param name="options">The form of the file; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are no columns, or one is chosen by name where the file has no header.</exception>
    /// <exception cref="OptionsValidationException">An option cannot be used; its failures list every one of them.</exception>
    public CsvReader(IEnumerable<CsvColumn> columns, CsvMapping<T> map, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(map);
        options ??= new CsvOptions();
        OptionErrors.ThrowIfInvalid(options);
        _columns = [.. columns];
        _map = map;
        _options = options.Copy();
        if (_columns.Length == 0) throw new ArgumentException("A reader needs at least one column.", nameof(columns));
        if (!options.HasHeader && Array.Find(_columns, c => c.Name is not null) is { Name: not null } named)
            throw new ArgumentException($"The column {named} is chosen by name, but the file is said to have no header.", nameof(columns));
    }

    /// <summary>Reads a file. The sequence opens it each time it is enumerated, and keeps one record in memory.</summary>
    /// <param name="path">The file.</param>
    /// <remarks>
    /// Enumerating throws <see cref="FileNotFoundException"/>, <see cref="MalformedLineException"/> (also for a header that lacks a
    /// column), and <see cref="InvalidDataException"/> for a gzip file that is damaged or cut short.
    /// </remarks>
    public IEnumerable<T> Read(string path) =>
        RecordReader.Read(path, Format, _options.Malformed, _options.Encoding);

    /// <summary>
    /// Reads files one after the other, each with a header and a count of malformed lines of its own. The sequence opens them each time it
    /// is enumerated, and keeps one record in memory.
    /// </summary>
    /// <param name="paths">The files, in the order in which they are read; copied.</param>
    /// <remarks>Enumerating throws as that of one file does, for a file that is missing before the first record.</remarks>
    public IEnumerable<T> Read(IEnumerable<string> paths) =>
        RecordReader.Read(paths, Format, _options.Malformed, _options.Encoding);

    /// <summary>Makes what reads one file of a log.</summary>
    internal CsvRecordFormat<T> CreateRecordFormat()
    {
        var format = Format();
        if (_options.Quoting == CsvQuoting.None) return new CsvRecordFormat<T>(format, null);
        return new CsvRecordFormat<T>(format, new CsvFrame<byte>(_options.Delimiter) { LeastFields = format.LeastFields });
    }

    /// <exception cref="ArgumentException">Bytes of files cannot be cut into rows.</exception>
    internal void RequireUtf8()
    {
        if (_options.Encoding is { } encoding and not UTF8Encoding)
            throw new ArgumentException($"The reader's encoding is {encoding.WebName}; a log is read in UTF-8 alone.");
        if (!char.IsAscii(_options.Delimiter))
        {
            throw new ArgumentException(
                $"The reader's delimiter is U+{(int)_options.Delimiter:X4}; that of a log must be one of ASCII, up to U+007F.");
        }
    }

    private CsvFormat<T> Format() => new(_columns, _map, _options);
}
