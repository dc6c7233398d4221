// <page>
using Monolith.Embeddings.AdoNet;
using Npgsql;

public static class PostgresClicks
{
    public static TableSource<Click> Open(NpgsqlDataSource database, bool follow = true) => new(
        database,
        new TableColumns
        {
            Dialect = SqlDialect.PostgreSql,
            Table = "clicks",
            Columns = ["user_id", "item_id", "clicked", "at"],
            Order = new("tx", OrderForm.Transaction),
            Horizon = new TransactionHorizon(),
        },
        row => new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3)),
        ClickLog.Encoder,
        new() { Follow = follow, Records = { MaxDelay = TimeSpan.FromSeconds(5), BadRecords = { Limit = 100 } } });
}
// </page>
