using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Tests.Guide;

/// <summary>docs/guide/database.md: its code is compiled here, and its statements are run, in the order of the page.</summary>
[TestFixture]
public sealed class GuideTests : PostgresFixture
{
    private static readonly string[] Files = ["ClickLog", "PostgresClicks", "SqliteClicks", "LaggingClicks", "DailyClicks"];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        Assert.That(Page.Blocks("csharp"), Is.EqualTo(Files.Select(Page.Compiled)));

    [Test]
    public async Task Its_statements_and_sources_work_in_PostgreSql()
    {
        foreach (var block in Page.Blocks("sql"))
        {
            foreach (var statement in block.Split(";\n", StringSplitOptions.RemoveEmptyEntries)) await Database.RunAsync(statement);
        }
        await Database.RunAsync("INSERT INTO clicks (user_id, item_id, clicked) VALUES (1, 10, true), (2, 20, false)");
        await Database.RunAsync("INSERT INTO clicks (user_id, item_id, clicked, at) VALUES (3, 30, true, now() - interval '2 hours')");
        await Database.RunAsync("INSERT INTO daily_clicks VALUES (5, 1, 7), (5, 2, 8), (6, 1, 9); INSERT INTO days VALUES (5)");
        await Database.RunAsync("INSERT INTO users VALUES (7, true), (8, false)");

        Assert.That(await UsersAsync(PostgresClicks.Open(Database, follow: false)), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(await UsersAsync(LaggingClicks.Open(Database, TimeSpan.FromHours(1), follow: false)), Is.EqualTo(new[] { 3 }));
        Assert.That(await UsersAsync(DailyClicks.Open(Database, follow: false)), Is.EqualTo(new[] { 8 }));
        Assert.That(await Database.NumbersAsync("SELECT id FROM old_clicks WHERE tx = '0'"), Is.EqualTo(new[] { 1, 2 }));
        await Database.RunAsync("INSERT INTO old_clicks (user_id) VALUES (9)");
        Assert.That(await Database.NumbersAsync("SELECT id FROM old_clicks WHERE tx > '0'"), Is.EqualTo(new[] { 3 }));
    }

    internal static async Task<List<long>> UsersAsync(ExampleSource source)
    {
        var users = new List<long>();
        await foreach (var batch in source.ReadAsync(default, default))
        {
            users.AddRange(batch.Ids(source.Schema.Slots[0]).ToArray());
            batch.Dispose();
        }
        return users;
    }
}
