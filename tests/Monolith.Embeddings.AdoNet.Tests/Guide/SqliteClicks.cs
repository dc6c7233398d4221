// <page>
using Microsoft.Data.Sqlite;
using Monolith.Embeddings.AdoNet;

public static class SqliteClicks
{
    public static TableSource<Click> Open(string file, bool follow = true) => new(
        SqliteFactory.Instance.CreateDataSource($"Data Source={file}"),
        new TableColumns
        {
            Dialect = SqlDialect.Sqlite,
            Table = "clicks",
            Columns = ["user_id", "item_id", "clicked", "at"],
            Horizon = SafeHorizon.None,
        },
        row => new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
        ClickLog.Encoder,
        new()
        {
            Follow = follow,
            Records = { MaxDelay = TimeSpan.FromSeconds(5) },
            Retries = { IsTransient = failure => failure is SqliteException { SqliteErrorCode: 5 or 6 } },
        });
}
// </page>
