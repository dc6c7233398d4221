using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Parquet.Columns;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Parquet;

/// <summary>
/// Examples of Parquet files, one file after the other, their rows in the order in which they stand. A position is the number of rows
/// before it: resuming reads the footers of the files before and none of their rows. Deterministic, as long as the files stay as they are;
/// files may be added behind.
/// </summary>
/// <remarks>
/// Keeps the columns that were asked for of one row group in memory. Reading throws <see cref="FileNotFoundException"/>, and
/// <see cref="InvalidDataException"/> for a file that is damaged, lacks a column or has a row that cannot be mapped; the message names the
/// file, the row group, and the column or the row. The columns of lists hold no nulls within a list. One reader at a time.
/// </remarks>
/// <example>
/// <code>
/// var source = new ParquetSource&lt;Click&gt;(
///     ["monday.parquet", "tuesday.parquet"], ["user", "recent", "clicked", "at"],
///     row => new Click(row.Id(0), row.Ids(1).ToArray(), row.Int64(2) == 1, row.Time(3)), encoder, batchSize: 64);
/// </code>
/// </example>
/// <typeparam name="T">The application's record.</typeparam>
public sealed class ParquetSource<T> : ExampleSource
{
    private readonly string[] _files, _columns;
    private readonly ParquetMapping<T> _map;
    private readonly ExampleEncoder<T> _encoder;
    private readonly int _batchSize;

    /// <summary>Creates a source.</summary>
    /// <param name="files">The files, in the order in which they are read; copied.</param>
    /// <param name="columns">
    /// The columns that the mapping reads, by name, in the order in which it sees them: a column's own name, or that of the list or the
    /// group whose only leaf it is; within groups the names are joined by slashes.
    /// </param>
    /// <param name="map">Makes a record of a row.</param>
    /// <param name="encoder">Writes a record as an example. What it throws ends the reading.</param>
    /// <param name="batchSize">Examples a batch, 1 to 65,536.</param>
    /// <exception cref="ArgumentException">There are no columns, or a name or a path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size lies outside.</exception>
    public ParquetSource(
        IEnumerable<string> files, IEnumerable<string> columns, ParquetMapping<T> map, ExampleEncoder<T> encoder, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(map);
        (_files, _columns, _map, _encoder, _batchSize) = ([.. files], [.. columns], map, encoder, batchSize);
        foreach (var file in _files) ArgumentException.ThrowIfNullOrEmpty(file, nameof(files));
        foreach (var column in _columns) ArgumentException.ThrowIfNullOrEmpty(column, nameof(columns));
        if (_columns.Length == 0) throw new ArgumentException("A source needs at least one column.", nameof(columns));
        // The same checks, before anything is read.
        _ = Batches(0);
    }

    /// <inheritdoc />
    public override FeatureSchema Schema => _encoder.Schema;

    /// <inheritdoc />
    public override bool CanRewind => true;

    /// <inheritdoc />
    public override bool IsDeterministic => true;

    /// <inheritdoc />
    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadFrom(CountPosition.Read(from), cancellationToken);

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(long count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in Batches(count).ReadAsync(StreamPosition.Start, cancellationToken).ConfigureAwait(false))
        {
            count += batch.Rows;
            batch.Position = CountPosition.Of(count);
            yield return batch;
        }
    }

    private ExampleSource Batches(long skip) => From(token => RecordsAsync(skip, token), _encoder, _batchSize);

    private async IAsyncEnumerable<T> RecordsAsync(long skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = skip;
        foreach (var file in _files)
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
            await using var closing = stream.ConfigureAwait(false);
            var groups = await RowGroups.OpenAsync(file, stream, _columns, cancellationToken).ConfigureAwait(false);
            await using var closingToo = groups.ConfigureAwait(false);
            for (var group = 0; group < groups.Count; group++)
            {
                var rows = groups.RowsOf(group);
                if (left >= rows)
                {
                    left -= rows;
                    continue;
                }
                var columns = await groups.ReadAsync(group, cancellationToken).ConfigureAwait(false);
                for (var row = (int)left; row < rows; row++) yield return Map(columns, row, file, group);
                left = 0;
            }
        }
        if (left > 0)
        {
            throw new InvalidOperationException(
                $"The files have {skip - left} rows, but the position lies behind {skip}: they are others than before.");
        }
    }

    private T Map(ColumnValues[] columns, int row, string file, int group)
    {
        try
        {
            return _map(new ParquetRow(columns, row));
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new InvalidDataException($"{file}, row group {group}, row {row} of it: {exception.Message}.", exception);
        }
    }
}
