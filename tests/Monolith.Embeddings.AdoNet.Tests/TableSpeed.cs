using System.Data.Common;
using System.Diagnostics;
using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Tests;

/// <summary>
/// Makes the numbers of <c>docs/design/database.md</c>. Says what it measured and asserts nothing: <c>dotnet test -c Release
/// tests/Monolith.Embeddings.AdoNet.Tests --filter "FullyQualifiedName~TableSpeed" --logger "console;verbosity=detailed"</c>.
/// </summary>
[Explicit("Measures for about a minute.")]
public sealed class TableSpeed
{
    private const int Rows = 300_000, Rounds = 5;

    [Test]
    public async Task Sqlite()
    {
        await using var file = await SqliteFile.CreateAsync(
            "CREATE TABLE clicks (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, item INTEGER NOT NULL)",
            $"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) "
                + "INSERT INTO clicks SELECT i, i / 10, i % 997 FROM n",
            "CREATE INDEX clicks_by_time ON clicks (at, id)");
        await MeasureAsync("SQLite", file.Database, "SELECT item, at, id FROM clicks ORDER BY at, id", new()
        {
            Dialect = SqlDialect.Sqlite,
            Table = "clicks",
            Columns = ["item"],
            Order = new("at", OrderForm.UnixMilliseconds),
            Horizon = new LagHorizon(TimeSpan.FromMinutes(1)),
        });
    }

    [Test]
    public async Task PostgreSql()
    {
        if (PostgresServer.Programs is not { } programs) Assert.Ignore("PostgreSQL is not installed.");
        else
        {
            await using var server = await PostgresServer.StartAsync(programs);
            await using var database = Npgsql.NpgsqlDataSource.Create(server.ConnectionString);
            await database.RunAsync(
                $"""
                CREATE TABLE clicks (id bigint PRIMARY KEY, tx xid8 NOT NULL, item bigint NOT NULL);
                INSERT INTO clicks SELECT i, (i / 1000)::text::xid8, i % 997 FROM generate_series(1, {Rows}) AS i;
                CREATE INDEX ON clicks (tx, id);
                """);
            await database.RunAsync("VACUUM ANALYZE clicks");
            await MeasureAsync("PostgreSQL", database, "SELECT item, tx::text::bigint, id FROM clicks ORDER BY tx, id", new()
            {
                Dialect = SqlDialect.PostgreSql,
                Table = "clicks",
                Columns = ["item"],
                Order = new("tx", OrderForm.Transaction),
                Horizon = SafeHorizon.None,
            });
        }
    }

    private static async Task MeasureAsync(string name, DbDataSource database, string plain, TableColumns pages)
    {
        (string Name, ExampleSource Source)[] sources =
        [
            ("one statement, no positions", ExampleSource.From(token => WholeAsync(database, plain), Numbers.Encoder, 256)),
            ("pages of 1,000", Numbers.Source(database, pages, o => (o.PageSize, o.Records.BatchSize) = (1000, 256))),
            ("pages of 10,000", Numbers.Source(database, pages, o => (o.PageSize, o.Records.BatchSize) = (10_000, 256))),
            ("rows, pages of 1,000", Numbers.RowSource(database, pages, o => (o.PageSize, o.Records.BatchSize) = (1000, 256))),
        ];
        var seconds = sources.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < sources.Length; i++) seconds[i][round] = await ReadAsync(sources[i].Source);
        }
        var medians = seconds.Select(times => times.Order().ElementAt(Rounds / 2)).ToArray();
        for (var i = 0; i < sources.Length; i++)
        {
            TestContext.Out.WriteLine(
                $"{name}, {sources[i].Name}: {Rows / medians[i] / 1000:F0} thousand rows a second, x{medians[0] / medians[i]:F2}");
        }
    }

    private static async Task<double> ReadAsync(ExampleSource source)
    {
        var watch = Stopwatch.StartNew();
        var rows = 0;
        await foreach (var batch in source.ReadAsync(default, default))
        {
            rows += batch.Rows;
            batch.Dispose();
        }
        Assert.That(rows, Is.EqualTo(Rows));
        return watch.Elapsed.TotalSeconds;
    }

    private static async IAsyncEnumerable<long> WholeAsync(DbDataSource database, string query)
    {
        await using var command = database.CreateCommand(query);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) yield return rows.GetInt64(0) + (rows.GetInt64(1) & rows.GetInt64(2) & 0);
    }
}
