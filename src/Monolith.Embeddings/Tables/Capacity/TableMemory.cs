using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>
/// The memory that the tables of a set share: the account that counts it and the budget that rows are admitted by. The budget depends on
/// the limit and on who has a filter, never on how the tables are cut up.
/// </summary>
internal sealed class TableMemory
{
    // Of the limit, one in so many: for stripes' waste, and as much again for what only the account sees (copies while first chunks grow,
    // overflowing ids).
    private const int WasteShare = 16;
    private const int SlackShare = 8;
    private const int RetiredShare = 64;
    private const int LogShare = 64;

    // How many times its share a part may take.
    private const int PartSlack = 2;

    // Of the rest, where a table has a filter. A flood of ids that never come again must leave room for rows.
    private const int PendingShare = 4;

    /// <summary>
    /// The worst case of an id that a filter counts: 20 bytes in a map of which 0.4 is in use, and a smaller copy beside it.
    /// </summary>
    private const int BytesPerPendingId = 80;

    private readonly long _wasteBytes;
    private readonly long _tableShare;
    private readonly long _pendingCounters;
    private readonly IdRange _range;
    private readonly bool _isPart;

    /// <exception cref="ArgumentException">The limit is too small for this many tables.</exception>
    public TableMemory(TableSchema schema, EmbeddingTableSetOptions options)
    {
        // What follows from the limit is the same in all parts and in one set that has all ids.
        var limit = options.MemoryLimitBytes;
        var tables = schema.Tables.Count;
        (_range, _isPart) = (options.Range ?? IdRange.Whole, options.Range is not null);
        RequireRoom(limit, tables);
        _wasteBytes = limit / WasteShare / tables;
        _tableShare = limit / tables;
        var rest = limit - limit / SlackShare - schema.Tables.Sum(table => HistorySizes.Bytes(table, _tableShare));
        rest -= BytesOfFilters(schema, rest);
        var filters = schema.Tables.Count(table => table.Admission?.CountersPerId > 0);
        var pendingBytes = filters == 0 ? 0 : rest / PendingShare;
        _pendingCounters = filters == 0 ? 0 : pendingBytes / filters / BytesPerPendingId;
        Account = new MemoryAccount(_range.IsWhole ? limit : LimitOfPart(limit, tables));
        Budget = new Quota(rest - pendingBytes);
    }

    public MemoryAccount Account { get; }

    /// <summary>How many bytes of each table may wait for readers to leave; part of the slack.</summary>
    public long MostRetiredBytes => _tableShare / RetiredShare / _range.Count;

    /// <summary>The bytes that the rows of all tables may take.</summary>
    public Quota Budget { get; }

    /// <summary>The part of a table.</summary>
    public TableResources ResourcesFor(EmbeddingTableOptions options, RowLayout layout)
    {
        var rows = new RowQuota(Budget, RowQuota.WorstBytesPerRow(layout, options.AtLimit is not null), options.MaxRows, _isPart);
        var whole = StripePlan.For(options.Stripes, _wasteBytes, layout.RowBytes);
        var plan = whole with { Stripes = Math.Max(1, whole.Stripes / _range.Count) };
        // As many as there could be stripes: then a stripe has one map or more, and their number does not depend on the stripes that are
        // asked for.
        var maps = StripePlan.For(EmbeddingTableOptions.MaxStripes, _wasteBytes, layout.RowBytes).Stripes;
        RequireMaps(options, maps);
        return new TableResources
        {
            Account = Account,
            Pool = new PagePool(Account, plan.SharesPages),
            Plan = plan,
            Range = _range,
            IsPart = _isPart,
            Rows = rows,
            Pending = new Quota(PendingIds(options.Admission)),
            FilterMaps = Math.Max(maps, _range.Count),
            History = HistorySizes.Of(options, plan.Stripes * _range.Count, _tableShare),
            MostLogBytes = _tableShare / LogShare / _range.Count,
        };
    }

    /// <summary>How many ids a filter may count: 0 where there is none, and all where its memory does not grow with them.</summary>
    public long PendingIds(AdmissionFilterOptions? admission)
    {
        if (admission is null) return 0;
        return admission.CountersPerId == 0 ? long.MaxValue : Math.Max(1, _pendingCounters / admission.CountersPerId);
    }

    // Chance, or ids that were chosen on purpose, fill some ranges more than others; what rows may take in all is decided over all parts.
    private long LimitOfPart(long limit, int tables) =>
        Math.Min(limit, limit / _range.Count * PartSlack + tables * WasteShare * StripePlan.SmallestWaste);

    // What happens to an id that is counted depends on its map, and a map cannot be cut in two.
    private void RequireMaps(EmbeddingTableOptions options, int maps)
    {
        if (maps >= _range.Count || options.Admission is not { CountersPerId: > 0 }) return;
        throw new ArgumentException(
            $"Table '{options.Name}' counts ids in {maps} maps, fewer than the {_range.Count} ranges of "
            + $"{nameof(EmbeddingTableSetOptions.Range)}. Raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)}, which is that of all "
            + "ranges together, or cut the ids into fewer ranges.");
    }

    private static long BytesOfFilters(TableSchema schema, long available)
    {
        var bytes = schema.Tables.Sum(table => table.Admission?.FixedBytes ?? 0);
        if (bytes <= available / 2) return bytes;
        throw new ArgumentException(
            $"The admission filters take {bytes} bytes from the start, more than half of the {available} bytes that the memory limit "
            + "leaves for them and the rows. "
            + $"Give their sketches less, or raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)}.");
    }

    private static void RequireRoom(long limit, int tables)
    {
        var needed = tables * WasteShare * StripePlan.SmallestWaste;
        if (limit < needed)
            throw new ArgumentException(
                $"{tables} tables need a memory limit of at least {needed} bytes, but {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)} "
                + $"is {limit}. Raise it.");
    }
}
