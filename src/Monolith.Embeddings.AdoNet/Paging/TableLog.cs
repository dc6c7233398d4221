using System.Data.Common;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>What sources of a table have in common, whatever they make of its rows. Several readings may use it.</summary>
internal sealed class TableLog
{
    private readonly PageStatements _statements;
    private readonly TimeProvider _time;
    private long _retries;

    private TableLog(PageStatements statements, TimeProvider? time) => (_statements, _time) = (statements, time ?? TimeProvider.System);

    public long Retries => Interlocked.Read(ref _retries);

    public required DbDataSource Database { get; init; }

    public required int PageSize { get; init; }

    /// <summary>Null where the reading ends at the horizon.</summary>
    public required TimeSpan? PollingInterval { get; init; }

    public required TimeSpan CommandTimeout { get; init; }

    public required RetryPolicy Policy { get; init; }

    public static TableSourceOptions<TRecord> Validated<TRecord>(TableSourceOptions<TRecord>? options)
    {
        OptionErrors.ThrowIfInvalid(options ??= new());
        return options.Copy();
    }

    /// <param name="database">Where the table is.</param>
    /// <param name="pages">Which rows.</param>
    /// <param name="options">Valid ones.</param>
    /// <param name="time">The clock; the system's where null.</param>
    public static TableLog Of<TRecord>(DbDataSource database, TablePages pages, TableSourceOptions<TRecord> options, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(database);
        OptionErrors.ThrowIfInvalid(pages);
        return new(pages.Statements(), time)
        {
            Database = database,
            PageSize = options.PageSize,
            PollingInterval = options.Follow ? options.PollingInterval : null,
            CommandTimeout = options.CommandTimeout,
            Policy = options.Retries,
        };
    }

    public string? NameOf(LogPosition behind) => KeyText.Of(_statements, behind);

    /// <exception cref="ArgumentException">A place is of another table.</exception>
    public void RequireOwn(LogPosition from)
    {
        if (from.IsStart || from.Log == _statements.Log) return;
        throw new ArgumentException($"The position lies in '{from.Log}', but this source reads '{_statements.Log}'.", nameof(from));
    }

    /// <summary>Begins a reading, and its first page.</summary>
    public PageCursor Open(LogPosition from)
    {
        var retries = new PageRetries(Policy, _time, () => Interlocked.Increment(ref _retries));
        var rows = new PageCursor(new PageOpener(Database, _statements, CommandTimeout), _statements, retries, from);
        rows.Begin(PageSize);
        return rows;
    }

    /// <summary>Begins the next page, at the horizon after a while; false where the reading ends there.</summary>
    public async ValueTask<bool> BeginNextAsync(PageCursor rows, CancellationToken cancellationToken)
    {
        if (!rows.IsFull)
        {
            if (PollingInterval is not { } interval) return false;
            await Task.Delay(interval, _time, cancellationToken).ConfigureAwait(false);
        }
        rows.Begin(PageSize);
        return true;
    }
}
