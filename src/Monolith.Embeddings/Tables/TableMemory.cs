using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// The memory that the tables of a set share: the account that counts it and the budget that rows are admitted by. The budget depends on the limit and
/// on who has a filter, never on how the tables are cut up.
/// </summary>
internal sealed class TableMemory
{
    // Of the limit, one in so many: for stripes' waste, and as much again for what only the account sees (copies while first chunks grow, overflowing ids).
    private const int WasteShare = 16;
    private const int SlackShare = 8;
    private const int RetiredShare = 64;

    // Of the rest, where a table has a filter. A flood of ids that never come again must leave room for rows.
    private const int PendingShare = 4;

    /// <summary>The worst case of an id that a filter counts: 28 bytes in a dictionary of which a quarter is in use.</summary>
    private const int BytesPerPendingId = 112;

    private readonly long _wasteBytes;
    private readonly long _tableShare;
    private readonly long _pendingIds;

    /// <exception cref="ArgumentException">The limit is too small for so many tables.</exception>
    public TableMemory(TableSchema schema, EmbeddingTableSetOptions options)
    {
        var limit = options.MemoryLimitBytes;
        var tables = schema.Tables.Count;
        RequireRoom(limit, tables);
        _wasteBytes = limit / WasteShare / tables;
        _tableShare = limit / tables;
        var rest = limit - limit / SlackShare - schema.Tables.Sum(table => HistorySizes.Bytes(table, _tableShare));
        var filters = schema.Tables.Count(table => table.Admission is not null);
        var pendingBytes = filters == 0 ? 0 : rest / PendingShare;
        _pendingIds = filters == 0 ? 0 : pendingBytes / filters / BytesPerPendingId;
        Account = new MemoryAccount(limit);
        Budget = new Allowance(rest - pendingBytes);
    }

    public MemoryAccount Account { get; }

    /// <summary>How many bytes of each table may wait for readers to leave; part of the slack.</summary>
    public long MostRetiredBytes => _tableShare / RetiredShare;

    /// <summary>The bytes that the rows of all tables may take.</summary>
    public Allowance Budget { get; }

    /// <summary>The part of a table.</summary>
    public TableRoom RoomFor(EmbeddingTableOptions options, TableRules rules)
    {
        var rows = new RowRoom(Budget, rules.BudgetBytesPerRow, options.MaxRows);
        var plan = StripePlan.For(options.Stripes, _wasteBytes, rules.Layout.RowBytes);
        return new TableRoom(Account, new PagePool(Account, plan.SharesPages), plan, rows, new Allowance(options.Admission is null ? 0 : _pendingIds),
            HistorySizes.Of(options, plan.Stripes, _tableShare));
    }

    private static void RequireRoom(long limit, int tables)
    {
        var needed = tables * WasteShare * StripePlan.SmallestWaste;
        if (limit < needed)
            throw new ArgumentException(
                $"{tables} tables need a memory limit of at least {needed} bytes, but {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)} is {limit}. Raise it.");
    }
}
