using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Rows of CSV files that grow, rotate and follow one another, in UTF-8, plain or gzip; see <see cref="FileLogSource{TRecord}"/>. With a
/// header, each file has one, and it is read also where the reading goes on in the middle of the file.
/// </summary>
/// <example>
/// <code>
/// var reader = new CsvReader&lt;Sale&gt;(["user", "item", "price"], row => new Sale(row.Int64(0), row.Int64(1), row.Single(2)));
/// var source = new CsvLogSource&lt;Sale&gt;(LogFiles.Rotating("logs/sales.csv"), reader, encoder);
/// </code>
/// </example>
/// <remarks>
/// A row that cannot be read is a bad record (<see cref="RecordOptions{TRecord}.BadRecords"/>); the reader's
/// <see cref="CsvOptions.Malformed"/> is not asked. A quote that is never closed holds the reading up until
/// <see cref="FileLogOptions.MaxRecordBytes"/> have come, and costs its line: lower that limit where rows are short, or read files without
/// quotes by <see cref="CsvQuoting.None"/>.
/// </remarks>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class CsvLogSource<TRecord> : FileLogSource<TRecord>
{
    private readonly CsvReader<TRecord> _reader;

    /// <summary>Creates a source.</summary>
    /// <param name="files">Which files.</param>
    /// <param name="reader">What a row means. Its delimiter must be of ASCII, and its encoding UTF-8.</param>
    /// <param name="encoder">Writes records as examples.</param>
    /// <param name="options">How batches are made, and what is done about bad records; the defaults where null. Copied.</param>
    /// <param name="fileOptions">How files are read; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
    /// <exception cref="ArgumentException">The delimiter or the encoding of the reader cannot be used.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public CsvLogSource(
        LogFiles files, CsvReader<TRecord> reader, ExampleEncoder<TRecord> encoder, RecordOptions<TRecord>? options = null,
        FileLogOptions? fileOptions = null, TimeProvider? timeProvider = null)
        : base(files, encoder, options, fileOptions, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.RequireUtf8();
        _reader = reader;
    }

    /// <inheritdoc />
    protected override FileRecordFormat<TRecord> CreateFormat() => _reader.CreateRecordFormat();
}
