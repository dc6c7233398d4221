using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.AdoNet.Paging;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// As <see cref="TableSource{TRecord}"/>, but the encoder reads the row itself: no record is made, and nothing is boxed. A connection is
/// taken until the last row of its page was encoded, so also while a trainer learns from the rows before; where that keeps writers waiting
/// (SQLite without its write-ahead log), use <see cref="TableSource{TRecord}"/>.
/// </summary>
/// <remarks>
/// The row is valid until the encoder, or the handler of bad records, returns; neither moves the reader. One reader at a time.
/// </remarks>
public sealed class TableRowSource : LogSource<DbDataReader>
{
    private readonly TableLog _log;

    /// <summary>Creates a source.</summary>
    /// <param name="database">Where the table is. Not disposed by the source.</param>
    /// <param name="pages">Which rows.</param>
    /// <param name="encoder">Writes the row that the reader stands at as an example.</param>
    /// <param name="options">How it is read; the defaults where null. Copied: later changes do not reach the source.</param>
    /// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public TableRowSource(
        DbDataSource database, TablePages pages, ExampleEncoder<DbDataReader> encoder, TableSourceOptions<DbDataReader>? options = null,
        TimeProvider? timeProvider = null)
        : base(encoder, (options = TableLog.Validated(options)).Records, timeProvider) =>
        _log = TableLog.Of(database, pages, options, timeProvider);

    /// <summary>How many failures of the database were tried again, in all readings together.</summary>
    public long Retries => _log.Retries;

    /// <inheritdoc />
    protected override string? NameOf(LogPosition behind) => _log.NameOf(behind);

    /// <inheritdoc />
    protected override IAsyncEnumerable<LogRecord<DbDataReader>> ReadRecordsAsync(LogPosition from, CancellationToken cancellationToken)
    {
        _log.RequireOwn(from);
        return ReadRowsAsync(from, cancellationToken);
    }

    private async IAsyncEnumerable<LogRecord<DbDataReader>> ReadRowsAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = _log.Open(from);
        await using var closing = rows.ConfigureAwait(false);
        do
        {
            while (await rows.MoveNextAsync(cancellationToken).ConfigureAwait(false)) yield return new(rows.Row, rows.Key);
        }
        while (await _log.BeginNextAsync(rows, cancellationToken).ConfigureAwait(false));
    }
}
