using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.AdoNet.Tests.Sqlite;

[TestFixture]
public sealed class SqliteTableTests
{
    private static readonly LagHorizon Minute = new(TimeSpan.FromMinutes(1));

    private SqliteFile _file = null!;

    // Ids with gaps; times with ties that are longer than a page.
    [SetUp]
    public async Task CreateTable() => _file = await SqliteFile.CreateAsync(
        "CREATE TABLE clicks (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user INTEGER NOT NULL)",
        "CREATE INDEX clicks_by_time ON clicks (at, id)",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
            + "INSERT INTO clicks SELECT i * 3 - 50, 1000 + i / 11, 100 + i FROM n");

    [TearDown]
    public async Task RemoveFile() => await _file.DisposeAsync();

    [Test]
    public void It_keeps_what_trainers_expect_of_a_source([Values] bool rows, [Values] bool byTime)
    {
        var pages = byTime ? ByTime() : ById();
        ExampleSource Open() => rows ? Numbers.RowSource(_file.Database, pages) : Numbers.Source(_file.Database, pages);
        new ExampleSourceContract(Open).Verify();
    }

    [Test]
    public async Task Every_row_is_read_once_from_each_position_whatever_the_pages(
        [Values(1, 2, 4, 7, 30, 100)] int page, [Values(1, 3, 64)] int batch, [Values] bool byTime)
    {
        var source = Numbers.Source(_file.Database, byTime ? ByTime() : ById(), options =>
            (options.PageSize, options.Records.BatchSize) = (page, batch));
        var batches = await Numbers.BatchesAsync(source);
        var expected = Enumerable.Range(101, 30).Select(user => (long)user);

        Assert.That(batches.SelectMany(one => one.Numbers), Is.EqualTo(expected));
        for (var i = 0; i < batches.Count; i++)
        {
            var rest = await Numbers.AllAsync(source, batches[i].Position);
            Assert.That(rest, Is.EqualTo(batches.Skip(i + 1).SelectMany(one => one.Numbers)), $"batch {i}");
        }
    }

    [Test]
    public async Task A_position_holds_the_key_exactly()
    {
        await _file.Database.RunAsync("DELETE FROM clicks");
        await _file.Database.RunAsync(
            $"INSERT INTO clicks VALUES ({long.MinValue}, {long.MinValue}, 1), ({long.MaxValue}, {long.MinValue}, 2), "
            + $"(0, 0, 3), ({long.MaxValue - 1}, 5, 4)");
        var pages = new TableColumns
        {
            Dialect = SqlDialect.Sqlite,
            Table = "clicks",
            Columns = ["user"],
            Order = new("at", OrderForm.Number),
            Horizon = SafeHorizon.None,
        };
        var batches = await Numbers.BatchesAsync(Numbers.Source(_file.Database, pages, o => (o.PageSize, o.Records.BatchSize) = (1, 1)));

        Assert.That(batches.Select(one => LogPosition.From(one.Position)), Is.EqualTo(new LogPosition[]
        {
            new("clicks by at", long.MinValue, long.MinValue), new("clicks by at", long.MinValue, long.MaxValue),
            new("clicks by at", 0, 0), new("clicks by at", 5, long.MaxValue - 1),
        }));
    }

    [Test]
    public async Task Rows_younger_than_the_lag_wait_by_the_clock_of_the_database(
        [Values(OrderForm.UnixSeconds, OrderForm.UnixMilliseconds, OrderForm.UnixMicroseconds)] OrderForm form)
    {
        var units = form switch
        {
            OrderForm.UnixSeconds => 1,
            OrderForm.UnixMilliseconds => 1000,
            _ => 1_000_000,
        };
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await _file.Database.RunAsync("DELETE FROM clicks");
        await _file.Database.RunAsync(
            $"INSERT INTO clicks VALUES (1, {(seconds - 4000) * units}, 1), (2, {(seconds - 3000) * units}, 2), "
            + $"(3, {(seconds + 4000) * units}, 3), (4, {(seconds - 3700) * units}, 4)");
        var pages = ByTime(form, new LagHorizon(TimeSpan.FromHours(1)));

        Assert.That(await Numbers.AllAsync(Numbers.Source(_file.Database, pages)), Is.EqualTo(new[] { 1, 4 }));
    }

    [Test]
    public async Task Names_are_quoted_whatever_they_are()
    {
        await _file.Database.RunAsync("CREATE TABLE \"from `a`\" (\"group\" INTEGER, \"select \"\"x\"\"\" INTEGER, \";--\" INTEGER)");
        await _file.Database.RunAsync("INSERT INTO \"from `a`\" VALUES (1, 2, 3), (1, 4, 5)");
        var pages = new TableColumns
        {
            Dialect = SqlDialect.Sqlite,
            Schema = "main",
            Table = "from `a`",
            Columns = [";--"],
            Id = "select \"x\"",
            Order = new("group", OrderForm.Number),
            Horizon = SafeHorizon.None,
        };
        Assert.That(await Numbers.AllAsync(Numbers.Source(_file.Database, pages)), Is.EqualTo(new[] { 3, 5 }));
    }

    [Test]
    public async Task Rows_may_be_deleted_behind_a_position()
    {
        var source = Numbers.Source(_file.Database, ByTime());
        var position = (await Numbers.BatchesAsync(source, most: 4))[^1].Position;
        await _file.Database.RunAsync("DELETE FROM clicks WHERE user <= 112");

        Assert.That(await Numbers.AllAsync(source, position), Is.EqualTo(Enumerable.Range(113, 18)));
        await _file.Database.RunAsync("DELETE FROM clicks");
        Assert.That(await Numbers.AllAsync(source, position), Is.Empty);
    }

    private static TableColumns ById() => new()
    {
        Dialect = SqlDialect.Sqlite,
        Table = "clicks",
        Columns = ["user"],
        Horizon = SafeHorizon.None,
    };

    private static TableColumns ByTime(OrderForm form = OrderForm.UnixSeconds, SafeHorizon? horizon = null) => new()
    {
        Dialect = SqlDialect.Sqlite,
        Table = "clicks",
        Columns = ["user"],
        Order = new("at", form),
        Horizon = horizon ?? Minute,
    };
}
