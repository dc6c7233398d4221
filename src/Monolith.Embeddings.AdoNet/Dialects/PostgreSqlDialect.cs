namespace Monolith.Embeddings.AdoNet.Dialects;

/// <summary>PostgreSQL.</summary>
internal sealed class PostgreSqlDialect : SqlDialect
{
    public override string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public override string Limit(string parameter) => $"LIMIT {parameter}";

    public override string Behind(string order, string id, string orderValue, string idValue) =>
        $"({order}, {id}) > ({orderValue}, {idValue})";

    // now(), the start of the transaction, is never later than the snapshot that the page is read by; clock_timestamp() may be.
    public override string? Earlier(OrderForm form, TimeSpan lag) => form switch
    {
        OrderForm.TimestampWithZone => Moment(lag),
        OrderForm.TimestampWithoutZone => $"({Moment(lag)} AT TIME ZONE 'UTC')",
        OrderForm.UnixSeconds => $"({Since(1)} - {UnixTime.Seconds(lag)})",
        OrderForm.UnixMilliseconds => $"({Since(1000)} - {UnixTime.Milliseconds(lag)})",
        OrderForm.UnixMicroseconds => $"({Since(1_000_000)} - {UnixTime.Microseconds(lag)})",
        _ => null,
    };

    // Providers read no number from xid8, and it is compared with its own type alone.
    public override string Read(string column, OrderForm form) =>
        form == OrderForm.Transaction ? $"CAST(CAST({column} AS text) AS bigint)" : column;

    public override string Value(string parameter, OrderForm form) =>
        form == OrderForm.Transaction ? $"CAST(CAST({parameter} AS text) AS xid8)" : parameter;

    private static string Moment(TimeSpan lag) => $"(now() - interval '{UnixTime.Microseconds(lag)} microseconds')";

    private static string Since(int unitsASecond) => $"CAST(floor(extract(epoch FROM now()) * {unitsASecond}) AS bigint)";
}
