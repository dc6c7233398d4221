using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.AdoNet.Paging;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// Rows of a table of a database, through any ADO.NET provider, in the order of their keys: page by page, and then as they are added. A
/// position is the key of the row before it, so that going on reads nothing again. A <see cref="SafeHorizon"/> keeps rows from being lost
/// whose transactions commit late.
/// </summary>
/// <remarks>
/// <para>
/// A page is read whole, mapped, and its connection given back before its first record is handed on. What a mapping throws makes its row a
/// bad record (<see cref="BadRecords{TRecord}"/>), which messages name by table and key. Rows are read once: what is updated later is not
/// seen again, and rows may be deleted once they are durable.
/// </para>
/// <para>
/// Reading throws <see cref="ExampleSourceException"/>; its inner exception is an <see cref="InvalidOperationException"/> where the
/// database refused a statement or failed for longer than <see cref="TableSourceOptions{TRecord}.Retries"/> allows, and an
/// <see cref="InvalidDataException"/> where a key is null, no whole number or time, or does not rise. A position of another table throws
/// <see cref="ArgumentException"/>. One reader at a time.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var source = new TableSource&lt;Click&gt;(database,
///     new TableColumns
///     {
///         Dialect = SqlDialect.PostgreSql, Table = "clicks", Columns = ["user_id", "item_id", "clicked"],
///         Order = new("tx", OrderForm.Transaction), Horizon = new TransactionHorizon(),
///     },
///     row => new Click(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)), encoder);
/// </code>
/// </example>
/// <typeparam name="TRecord">The application's record.</typeparam>
public sealed class TableSource<TRecord> : LogSource<TRecord>
{
    private readonly TableLog _log;
    private readonly Func<DbDataReader, TRecord> _map;

    /// <summary>Creates a source.</summary>
    /// <param name="database">Where the table is. Not disposed by the source.</param>
    /// <param name="pages">Which rows.</param>
    /// <param name="map">Makes a record of the row that the reader stands at; it does not move the reader, and keeps nothing of it.</param>
    /// <param name="encoder">Writes a record as an example.</param>
    /// <param name="options">How it is read; the defaults where null. Copied: later changes do not reach the source.</param>
    /// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public TableSource(
        DbDataSource database, TablePages pages, Func<DbDataReader, TRecord> map, ExampleEncoder<TRecord> encoder,
        TableSourceOptions<TRecord>? options = null, TimeProvider? timeProvider = null)
        : base(encoder, (options = TableLog.Validated(options)).Records, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(map);
        (_map, _log) = (map, TableLog.Of(database, pages, options, timeProvider));
    }

    /// <summary>How many failures of the database were tried again, in all readings together.</summary>
    public long Retries => _log.Retries;

    /// <inheritdoc />
    protected override string? NameOf(LogPosition behind) => _log.NameOf(behind);

    /// <inheritdoc />
    protected override IAsyncEnumerable<LogRecord<TRecord>> ReadRecordsAsync(LogPosition from, CancellationToken cancellationToken)
    {
        _log.RequireOwn(from);
        return ReadPagesAsync(from, cancellationToken);
    }

    private async IAsyncEnumerable<LogRecord<TRecord>> ReadPagesAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new List<LogRecord<TRecord>>();
        var rows = _log.Open(from);
        await using var closing = rows.ConfigureAwait(false);
        do
        {
            page.Clear();
            var failure = await FillAsync(page, rows, cancellationToken).ConfigureAwait(false);
            foreach (var record in page) yield return record;
            failure?.Throw();
        }
        while (await _log.BeginNextAsync(rows, cancellationToken).ConfigureAwait(false));
    }

    // What ends the reading comes behind the rows before it.
    private async ValueTask<ExceptionDispatchInfo?> FillAsync(
        List<LogRecord<TRecord>> page, PageCursor rows, CancellationToken cancellationToken)
    {
        try
        {
            while (await rows.MoveNextAsync(cancellationToken).ConfigureAwait(false)) page.Add(RecordOf(rows));
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await rows.DisposeAsync().ConfigureAwait(false);
            return ExceptionDispatchInfo.Capture(failure);
        }
    }

    private LogRecord<TRecord> RecordOf(PageCursor rows)
    {
        try
        {
            return new(_map(rows.Row), rows.Key);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new(default!, rows.Key) { Error = error };
        }
    }
}
