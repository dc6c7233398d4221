namespace Monolith.Embeddings.AdoNet.Dialects;

/// <summary>SQLite. It has no type of times: a column of them holds numbers.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    // Not in double quotes: an unknown column in those is a text.
    public override string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public override string Limit(string parameter) => $"LIMIT {parameter}";

    public override string Behind(string order, string id, string orderValue, string idValue) =>
        $"({order}, {id}) > ({orderValue}, {idValue})";

    // The clock has whole milliseconds, which a number of days holds exactly enough.
    public override string? Earlier(OrderForm form, TimeSpan lag) => form switch
    {
        OrderForm.UnixSeconds => $"(CAST(strftime('%s', 'now') AS INTEGER) - {UnixTime.Seconds(lag)})",
        OrderForm.UnixMilliseconds => $"({Milliseconds} - {UnixTime.Milliseconds(lag)})",
        OrderForm.UnixMicroseconds => $"({Milliseconds} * 1000 - {UnixTime.Microseconds(lag)})",
        _ => null,
    };

    private const string Milliseconds = "CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER)";
}
