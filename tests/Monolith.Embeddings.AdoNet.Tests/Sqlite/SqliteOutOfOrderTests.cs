using Monolith.Embeddings.AdoNet.Tests.Simulation;
using Monolith.Embeddings.AdoNet.Tests.Support;

namespace Monolith.Embeddings.AdoNet.Tests.Sqlite;

/// <summary>Rows that become visible after rows with greater keys.</summary>
[TestFixture]
public sealed class SqliteOutOfOrderTests
{
    private static readonly ClockTable Dialect = new(SqlDialect.Sqlite);

    private SqliteFile _file = null!;

    [SetUp]
    public async Task CreateTable() => _file = await SqliteFile.CreateAsync(
        "CREATE TABLE clicks (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)", "CREATE INDEX clicks_by_time ON clicks (at, id)",
        "CREATE TABLE clock (now INTEGER NOT NULL)", "INSERT INTO clock VALUES (0)");

    [TearDown]
    public async Task RemoveFile() => await _file.DisposeAsync();

    [Test]
    public async Task By_a_rising_id_alone_a_row_is_lost_and_behind_a_lag_it_is_not()
    {
        var (ids, times) = (Numbers.Source(_file.Database, ById()), Numbers.Source(_file.Database, ByTime()));
        // Id 1 was given first, and is written last.
        await _file.Database.RunAsync("INSERT INTO clicks VALUES (2, 100)");
        await _file.Database.RunAsync("UPDATE clock SET now = 1025");
        var byId = await Numbers.BatchesAsync(ids);
        var byTime = await Numbers.BatchesAsync(times);
        await _file.Database.RunAsync("INSERT INTO clicks VALUES (1, 100)");
        await _file.Database.RunAsync("UPDATE clock SET now = 1040");

        Assert.That(byId.SelectMany(batch => batch.Numbers), Is.EqualTo(new[] { 2 }));
        Assert.That(await Numbers.AllAsync(ids, byId[^1].Position), Is.Empty, "row 1 is lost");
        Assert.That(byTime, Is.Empty);
        Assert.That(await Numbers.AllAsync(times), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Behind_a_lag_each_row_is_read_once_whenever_the_reader_stops([Range(1, 25)] int seed)
    {
        var (committed, read) = await new OutOfOrder(_file.Database, new SqliteTable(_file), ByTime(), seed).RunAsync(250);

        Assert.That(committed, Has.Length.GreaterThan(20));
        Assert.That(read, Is.EqualTo(committed));
    }

    [Test]
    public async Task The_same_histories_lose_rows_by_a_rising_id_alone()
    {
        var lost = 0;
        for (var seed = 1; seed <= 5; seed++)
        {
            await _file.Database.RunAsync("DELETE FROM clicks");
            var (committed, read) = await new OutOfOrder(_file.Database, new SqliteTable(_file), ById(), seed).RunAsync(250);
            lost += committed.Except(read).Count();
        }
        Assert.That(lost, Is.GreaterThan(5));
    }

    private static TableColumns ById() =>
        new() { Dialect = Dialect, Table = "clicks", Columns = ["id"], Horizon = SafeHorizon.None };

    private static TableColumns ByTime() => new()
    {
        Dialect = Dialect,
        Table = "clicks",
        Columns = ["id"],
        Order = new("at", OrderForm.UnixSeconds),
        Horizon = new LagHorizon(TimeSpan.FromTicks(OutOfOrder.LagUnits)),
    };
}
