using Microsoft.Data.Sqlite;
using Monolith.Embeddings.AdoNet.Tests.Support;

namespace Monolith.Embeddings.AdoNet.Tests.Guide;

/// <summary>The part of docs/guide/database.md that needs no server.</summary>
[TestFixture]
public sealed class SqliteGuideTests
{
    [Test]
    public async Task Its_statements_and_sources_work_in_Sqlite()
    {
        await using var file = await SqliteFile.CreateAsync(
            Page.Blocks("sqlite").Single(), "INSERT INTO clicks (user_id, item_id, clicked) VALUES (1, 10, 1), (2, 20, 0)");
        var source = SqliteClicks.Open(new SqliteConnectionStringBuilder(file.ConnectionString).DataSource, follow: false);

        Assert.That(await GuideTests.UsersAsync(source), Is.EqualTo(new[] { 1, 2 }));
        var millis = (await file.Database.NumbersAsync("SELECT at FROM clicks"))[0];
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds(millis), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(10)));
    }
}
