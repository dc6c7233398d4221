// <page>
using System.Data.Common;
using Monolith.Embeddings.AdoNet;

public static class LaggingClicks
{
    public static TableSource<Click> Open(DbDataSource database, TimeSpan lag, bool follow = true) => new(
        database,
        new TableColumns
        {
            Dialect = SqlDialect.PostgreSql,
            Table = "clicks",
            Columns = ["user_id", "item_id", "clicked", "at"],
            Order = new("at", OrderForm.TimestampWithZone),
            Horizon = new LagHorizon(lag),
        },
        row => new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3)),
        ClickLog.Encoder,
        new() { Follow = follow });
}
// </page>
