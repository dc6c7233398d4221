// <page>
using System.Data.Common;
using Monolith.Embeddings.AdoNet;

public static class DailyClicks
{
    private const string From =
        "SELECT c.day, c.id, c.user_id FROM daily_clicks c JOIN days d ON d.day = c.day "
        + "LEFT JOIN users u ON u.id = c.user_id WHERE u.is_robot IS NOT TRUE";

    public static TableSource<Click> Open(DbDataSource database, bool follow = true) => new(
        database,
        new TableSql
        {
            RowsName = "daily clicks",
            Order = new("day", OrderForm.Number),
            FirstPage = $"{From} ORDER BY c.day, c.id LIMIT @limit",
            NextPage = $"{From} AND (c.day, c.id) > (@order, @id) ORDER BY c.day, c.id LIMIT @limit",
        },
        row => new(row.GetInt64(2), Item: 1, Clicked: true, DateTimeOffset.UnixEpoch.AddDays(row.GetInt64(0))),
        ClickLog.Encoder,
        new() { Follow = follow });
}
// </page>
