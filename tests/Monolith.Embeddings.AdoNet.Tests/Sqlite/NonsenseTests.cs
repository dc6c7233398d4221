using Microsoft.Extensions.Options;
using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Tests.Sqlite;

/// <summary>What cannot be read says what is wrong with it, and what to do.</summary>
[TestFixture]
public sealed class NonsenseTests
{
    private SqliteFile _file = null!;

    [SetUp]
    public async Task CreateTable() => _file = await SqliteFile.CreateAsync(
        "CREATE TABLE clicks (id, at, user)", "INSERT INTO clicks VALUES (1, 10, 101), (2, 20, 102), (3, 30, 103)");

    [TearDown]
    public async Task RemoveFile() => await _file.DisposeAsync();

    [TestCase("shops", "id", "at", "user", "no such table")]
    [TestCase("clicks", "number", null, "user", "no such column: number")]
    [TestCase("clicks", "id", "time", "user", "no such column: time")]
    [TestCase("clicks", "id", "at", "clicked", "no such column: clicked")]
    public void A_table_or_a_column_that_is_not_there(string table, string id, string? order, string column, string message)
    {
        var text = Numbers.Failure<InvalidOperationException>(Source(table, id, order, column));
        Assert.That(text, Does.StartWith($"The stream failed at its beginning: A page of '{table}' cannot be read: ")
            .And.Contain(message).And.Contain("name it as the database keeps it").And.Contain("SELECT "));
    }

    [TestCase("id", "'seven'", "'id' holds a value of the type String")]
    [TestCase("id", "2.5", "'id' holds a value of the type Double")]
    [TestCase("id", "x'00112233445566778899aabbccddeeff'", "'id' holds a value of the type Byte[]")]
    [TestCase("at", "'2026-11-29 18:00:00'", "'at' holds a value of the type String")]
    public async Task A_key_that_is_no_whole_number(string column, string value, string message)
    {
        await _file.Database.RunAsync($"UPDATE clicks SET {column} = {value} WHERE user = 103");
        var text = Numbers.Failure<InvalidDataException>(Source());
        Assert.That(text, Does.StartWith("The stream failed after clicks, at 20, id 2: Column ").And.Contain(message)
            .And.Contain("A key is a whole number of up to 64 bits").And.Contain("INTEGER PRIMARY KEY"));
    }

    [TestCase("at", null)]
    [TestCase("id", null)]
    [TestCase("at", "at")]
    public async Task A_key_that_is_null(string column, string? order)
    {
        await _file.Database.RunAsync($"UPDATE clicks SET {column} = NULL WHERE user = 102");
        var text = Numbers.Failure<InvalidDataException>(Source(order: order ?? (column == "at" ? "at" : null)));
        Assert.That(text, Does.Contain("null").And.Contain("would be lost").And.Contain("NOT NULL").And.Contain($"'{column}'"));
    }

    [Test]
    public async Task A_key_that_is_null_and_that_no_page_shows()
    {
        await _file.Database.RunAsync("UPDATE clicks SET at = NULL WHERE user = 102");
        var pages = new TableColumns
        {
            Dialect = SqlDialect.Sqlite,
            Table = "clicks",
            Columns = ["user"],
            Order = new("at", OrderForm.UnixSeconds),
            Horizon = new LagHorizon(TimeSpan.FromMinutes(1)),
        };
        Assert.That(Numbers.Failure<InvalidDataException>(Numbers.Source(_file.Database, pages)),
            Does.Contain("Table 'clicks' has rows whose column 'at' is null. They have no place in the order, and would be lost."));
    }

    [Test]
    public async Task An_id_that_is_null_within_an_order()
    {
        await _file.Database.RunAsync("UPDATE clicks SET id = NULL WHERE user = 102");
        Assert.That(Numbers.Failure<InvalidDataException>(Source()),
            Does.Contain("Column 'id' is null. A row without a whole key has no place in the order"));
    }

    [Test]
    public async Task Keys_that_are_there_twice()
    {
        await _file.Database.RunAsync("INSERT INTO clicks VALUES (2, 20, 104)");
        Assert.That(Numbers.Failure<InvalidDataException>(Source()), Does.Contain(
            "The row clicks, at 20, id 2 comes after clicks, at 20, id 2, but keys must rise from row to row, and be unique."));
    }

    [TestCase("ORDER BY at DESC, id", "WHERE (at, id) > (@order, @id)", "at 20, id 2 comes after clicks, at 30, id 3")]
    [TestCase("ORDER BY at, id", "WHERE (at, id) >= (@order, @id)", "at 20, id 2 comes after clicks, at 20, id 2")]
    public void Statements_of_ones_own_that_go_backwards(string order, string where, string message)
    {
        var pages = new TableSql
        {
            RowsName = "clicks",
            Order = new("at", OrderForm.UnixSeconds),
            FirstPage = $"SELECT user, at, id FROM clicks {order} LIMIT @limit",
            NextPage = $"SELECT user, at, id FROM clicks {where} {order} LIMIT @limit",
        };
        var source = Numbers.Source(_file.Database, pages, options => options.PageSize = 2);
        Assert.That(Numbers.Failure<InvalidDataException>(source), Does.Contain(message));
    }

    [Test]
    public void Statements_of_ones_own_that_yield_no_key()
    {
        var pages = new TableSql
        {
            RowsName = "clicks",
            FirstPage = "SELECT user FROM clicks LIMIT @limit",
            NextPage = "SELECT user FROM clicks WHERE id > @id LIMIT @limit",
        };
        Assert.That(Numbers.Failure<InvalidDataException>(Numbers.Source(_file.Database, pages)),
            Does.Contain("The rows of 'clicks' have no column 'id'. Select it"));
    }

    [Test]
    public async Task A_position_of_another_table_or_another_order()
    {
        var position = (await Numbers.BatchesAsync(Source()))[0].Position;
        foreach (var other in new[] { Source(order: null), Source(order: "user"), Source(table: "shops") })
        {
            Assert.That(() => other.ReadAsync(position, default).GetAsyncEnumerator().MoveNextAsync(),
                Throws.ArgumentException.With.Message.Contains("The position lies in 'clicks by at', but this source reads '"));
        }
        Assert.That(() => Source().ReadAsync(new StreamPosition(new byte[] { 7 }), default), Throws.ArgumentException);
    }

    [Test]
    public async Task A_row_that_cannot_be_mapped_is_a_bad_record_with_table_and_key([Values] bool rows)
    {
        await _file.Database.RunAsync("UPDATE clicks SET user = NULL WHERE id = 2");
        var places = new List<string>();
        ExampleSource source = rows
            ? Numbers.RowSource(_file.Database, Pages(), options => options.Records.BadRecords = new()
            {
                Limit = 1,
                Handler = (bad, _) => { places.Add($"{bad.Place}: {bad.Value!.GetInt64(2)}"); return default; },
            })
            : Numbers.Source(_file.Database, Pages(), options => options.Records.BadRecords = new()
            {
                Limit = 1,
                Handler = (bad, _) => { places.Add($"{bad.Place}: {bad.Value}"); return default; },
            });

        Assert.That(await Numbers.AllAsync(source), Is.EqualTo(new[] { 101, 103 }));
        Assert.That(places, Is.EqualTo(new[] { $"clicks, at 20, id 2: {(rows ? 2 : 0)}" }));
        Assert.That(source.BadRecords, Is.EqualTo(1));
        var first = Assert.ThrowsAsync<ExampleSourceException>(async () => await Numbers.AllAsync(Source()));
        Assert.That(first!.Message, Does.StartWith("clicks, at 20, id 2 cannot be encoded: "));
        Assert.That(first.Place!.Value.Name, Is.EqualTo("clicks, at 20, id 2"));
    }

    [Test]
    public void Options_that_cannot_be_used_are_told_together()
    {
        var options = new TableSourceOptions<long>
        {
            PageSize = 0,
            PollingInterval = TimeSpan.Zero,
            CommandTimeout = TimeSpan.FromMilliseconds(5),
            Retries = { Limit = -1, FirstDelay = TimeSpan.Zero, LongestDelay = TimeSpan.FromDays(2), IsTransient = null! },
            Records = { BatchSize = 0 },
        };
        var failure = Assert.Throws<OptionsValidationException>(
            () => _ = new TableSource<long>(_file.Database, Pages(), row => row.GetInt64(0), Numbers.Encoder, options));
        Assert.That(failure!.Failures.Select(text => text.Split(':')[0]), Is.EquivalentTo(new[]
        {
            "Records.BatchSize", "PageSize", "PollingInterval", "CommandTimeout", "Retries.Limit", "Retries.FirstDelay",
            "Retries.LongestDelay", "Retries.IsTransient",
        }));
    }

    [Test]
    public void Pages_that_cannot_be_read_are_told_together()
    {
        Assert.That(Failures(new TableColumns { Dialect = null!, Table = "", Columns = ["", "a\0"], Horizon = null!, Id = "" }),
            Is.EqualTo(new[] { "Id", "Table", "Dialect", "Horizon", "Columns", "Columns" }));
        Assert.That(Failures(new TableColumns
        {
            Dialect = SqlDialect.Sqlite,
            Table = new string('a', 1400),
            Columns = [],
            Horizon = SafeHorizon.None,
            Order = new("id", OrderForm.Number),
        }), Is.EqualTo(new[] { "Order", "Table", "Columns" }));
        Assert.That(Failures(new TableSql { RowsName = "", FirstPage = "SELECT 1", NextPage = "", Order = new("at", OrderForm.Number) }),
            Is.EqualTo(new[] { "RowsName", "FirstPage", "NextPage", "NextPage", "NextPage" }));
    }

    [TestCase(null, "The rows are ordered by their id alone, which tells no time.")]
    [TestCase(OrderForm.TimestampWithZone, "Use one of the others: UnixSeconds, UnixMilliseconds, UnixMicroseconds.")]
    [TestCase(OrderForm.Number, "which is no time of this database")]
    public void A_lag_without_a_time(OrderForm? form, string message) => Assert.That(
        Message(new LagHorizon(TimeSpan.FromMinutes(1)), form), Does.StartWith("Order: ").And.Contain(message));

    [Test]
    public void Horizons_that_do_not_fit()
    {
        Assert.That(Message(new LagHorizon(TimeSpan.Zero), OrderForm.UnixSeconds), Does.Contain("is not more than zero"));
        Assert.That(Message(new TransactionHorizon(), OrderForm.Transaction), Does.Contain("in PostgreSQL"));
        Assert.That(Message(new TransactionHorizon(), null), Does.Contain("tx xid8 NOT NULL DEFAULT pg_current_xact_id()"));
    }

    private static string Message(SafeHorizon horizon, OrderForm? form) => Assert.Throws<OptionsValidationException>(() => Make(
        new TableColumns
        {
            Dialect = SqlDialect.Sqlite,
            Table = "clicks",
            Columns = ["user"],
            Horizon = horizon,
            Order = form is { } one ? new("at", one) : null,
        }))!.Message;

    private static IEnumerable<string> Failures(TablePages pages) =>
        Assert.Throws<OptionsValidationException>(() => Make(pages))!.Failures.Select(text => text.Split(':')[0]);

    private static void Make(TablePages pages)
    {
        using var database = Microsoft.Data.Sqlite.SqliteFactory.Instance.CreateDataSource("Data Source=:memory:");
        _ = Numbers.Source(database, pages);
    }

    private static TableColumns Pages(string table = "clicks", string id = "id", string? order = "at", string column = "user") => new()
    {
        Dialect = SqlDialect.Sqlite,
        Table = table,
        Columns = [column, "at", id],
        Id = id,
        Order = order is null ? null : new(order, OrderForm.UnixSeconds),
        Horizon = SafeHorizon.None,
    };

    private TableSource<long> Source(string table = "clicks", string id = "id", string? order = "at", string column = "user") =>
        Numbers.Source(_file.Database, Pages(table, id, order, column));
}
