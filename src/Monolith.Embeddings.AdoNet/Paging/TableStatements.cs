namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Makes the statements of a table and its columns.</summary>
/// <param name="table">Which; valid.</param>
internal sealed class TableStatements(TableColumns table)
{
    private const string OrderResult = "key_order", IdResult = "key_id";

    private readonly SqlDialect _dialect = table.Dialect;

    /// <summary>The columns of the key, quoted.</summary>
    public KeyColumns Keys { get; } = new()
    {
        Dialect = table.Dialect,
        Table = table.Schema is null
            ? table.Dialect.Quote(table.Table)
            : $"{table.Dialect.Quote(table.Schema)}.{table.Dialect.Quote(table.Table)}",
        Id = table.Dialect.Quote(table.Id),
        Order = table.Order is { } order ? table.Dialect.Quote(order.Column) : null,
        Form = table.Order?.Form,
    };

    public PageStatements Make() => new()
    {
        Name = table.Name,
        First = Page(Horizon()),
        Next = Page(Behind(), Horizon()),
        NullKey = $"SELECT 1 FROM {Keys.Table} WHERE {Keys.Order ?? Keys.Id} IS NULL {_dialect.Limit("1")}",
        Ceiling = table.Horizon.Ceiling(Keys) is { } ceiling ? $"SELECT {ceiling}" : null,
        Order = table.Order,
        Id = table.Id,
        OrderResult = table.Order is null ? null : OrderResult,
        IdResult = IdResult,
        ParameterName = _dialect.Parameter,
    };

    private string Page(params IEnumerable<string?> conditions)
    {
        var where = string.Join(" AND ", conditions.OfType<string>());
        return $"SELECT {string.Join(", ", Results())} FROM {Keys.Table}{(where.Length == 0 ? "" : " WHERE " + where)} "
            + $"ORDER BY {(Keys.Order is null ? "" : Keys.Order + ", ")}{Keys.Id} {_dialect.Limit(_dialect.Parameter("limit"))}";
    }

    private IEnumerable<string> Results()
    {
        foreach (var column in table.Columns) yield return _dialect.Quote(column);
        if (table.Order is { } order) yield return $"{_dialect.Read(Keys.Order!, order.Form)} AS {_dialect.Quote(OrderResult)}";
        yield return $"{Keys.Id} AS {_dialect.Quote(IdResult)}";
    }

    private string? Horizon() => table.Horizon.Condition(Keys) is { } condition ? $"({condition})" : null;

    private string Behind()
    {
        var id = _dialect.Parameter("id");
        return table.Order is { } order
            ? _dialect.Behind(Keys.Order!, Keys.Id, _dialect.Value(_dialect.Parameter("order"), order.Form), id)
            : $"{Keys.Id} > {id}";
    }
}
