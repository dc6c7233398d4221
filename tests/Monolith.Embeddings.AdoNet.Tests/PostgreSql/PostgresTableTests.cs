using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.AdoNet.Tests.PostgreSql;

[TestFixture]
public sealed class PostgresTableTests : PostgresFixture
{
    // Ids with gaps; times with ties that are longer than a page, and microseconds apart.
    [SetUp]
    public async Task CreateTable() => await Database.RunAsync(
        """
        CREATE SCHEMA "Logs";
        CREATE TABLE "Logs".clicks (
            id bigint NOT NULL,
            at timestamptz NOT NULL,
            local timestamp NOT NULL,
            millis bigint NOT NULL,
            tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
            number integer NOT NULL);
        INSERT INTO "Logs".clicks
            SELECT i * 3 - 50, timestamptz '2026-11-29 18:00:00.999995Z' + (i / 11) * interval '1 microsecond',
                timestamp '2026-10-25 02:59:59.999995' + (i / 11) * interval '1 microsecond', 1000 + i / 11, '5', 100 + i
            FROM generate_series(1, 30) AS i;
        """);

    [Test]
    public void It_keeps_what_trainers_expect_of_a_source(
        [Values] bool rows,
        [Values(OrderForm.TimestampWithZone, OrderForm.TimestampWithoutZone, OrderForm.UnixMilliseconds, OrderForm.Transaction)]
        OrderForm form)
    {
        ExampleSource Open() => rows ? Numbers.RowSource(Database, Pages(form)) : Numbers.Source(Database, Pages(form));
        new ExampleSourceContract(Open).Verify();
    }

    [Test]
    public async Task Every_row_is_read_once_from_each_position_whatever_the_pages(
        [Values(1, 4, 30, 100)] int page, [Values(1, 3)] int batch,
        [Values(OrderForm.TimestampWithZone, OrderForm.TimestampWithoutZone, OrderForm.Transaction)] OrderForm form)
    {
        var source = Numbers.Source(Database, Pages(form), options => (options.PageSize, options.Records.BatchSize) = (page, batch));
        var batches = await Numbers.BatchesAsync(source);

        Assert.That(batches.SelectMany(one => one.Numbers), Is.EqualTo(Enumerable.Range(101, 30).Select(number => (long)number)));
        for (var i = 0; i < batches.Count; i++)
        {
            var rest = await Numbers.AllAsync(source, batches[i].Position);
            Assert.That(rest, Is.EqualTo(batches.Skip(i + 1).SelectMany(one => one.Numbers)), $"batch {i}");
        }
    }

    [Test]
    public async Task A_position_holds_microseconds_and_a_message_shows_them()
    {
        var source = Numbers.Source(Database, Pages(OrderForm.TimestampWithZone), options => options.Records.BatchSize = 1);
        var batches = await Numbers.BatchesAsync(source);
        var time = new DateTimeOffset(2026, 11, 29, 18, 0, 0, TimeSpan.Zero).AddMicroseconds(999_997);
        Assert.That(LogPosition.From(batches[^1].Position), Is.EqualTo(new LogPosition("Logs.clicks by at", time.UtcTicks, 40)));
        await Database.RunAsync("UPDATE \"Logs\".clicks SET id = -2 WHERE id = -5");
        Assert.That(Numbers.Failure<InvalidDataException>(source), Does.Contain(
            "The row Logs.clicks, at 2026-11-29T18:00:00.999996Z, id -2 comes after Logs.clicks, at 2026-11-29T18:00:00.999996Z, id -2"));
    }

    [Test]
    public async Task Rows_younger_than_the_lag_wait_by_the_clock_of_the_database(
        [Values(OrderForm.TimestampWithZone, OrderForm.TimestampWithoutZone, OrderForm.UnixMilliseconds)] OrderForm form,
        [Values("UTC", "America/St_Johns")] string zone)
    {
        await Database.RunAsync(
            """
            TRUNCATE "Logs".clicks;
            INSERT INTO "Logs".clicks
                SELECT i, t, t AT TIME ZONE 'UTC', floor(extract(epoch FROM t) * 1000), '5', i
                FROM (VALUES (1, -4000), (2, -3000), (3, 4000), (4, -3700)) AS v (i, s),
                    LATERAL (SELECT now() + s * interval '1 second') AS x (t);
            """);
        await Database.RunAsync($"ALTER ROLE postgres SET timezone = '{zone}'");
        await using var other = Npgsql.NpgsqlDataSource.Create(Database.ConnectionString);
        var source = Numbers.Source(other, Pages(form, new LagHorizon(TimeSpan.FromHours(1))));

        Assert.That(await Numbers.AllAsync(source), Is.EqualTo(new[] { 1, 4 }));
        await Database.RunAsync("ALTER ROLE postgres RESET timezone");
    }

    [Test]
    public async Task A_page_seeks_an_index_by_the_whole_key()
    {
        await Database.RunAsync("CREATE INDEX by_tx ON \"Logs\".clicks (tx, id); ANALYZE \"Logs\".clicks");
        // The message of a page that fails shows its statement.
        var source = Numbers.Source(Database, Pages(OrderForm.Transaction));
        var position = (await Numbers.BatchesAsync(source, most: 1))[0].Position;
        await Database.RunAsync("ALTER TABLE \"Logs\".clicks RENAME number TO other");
        var statement = Numbers.Failure<InvalidOperationException>(source, position).Split("The statement: ")[1];
        await Database.RunAsync("ALTER TABLE \"Logs\".clicks RENAME other TO number");
        await using var connection = await Database.OpenConnectionAsync();
        await connection.RunAsync("SET enable_seqscan = off; SET enable_bitmapscan = off");
        await using var explain = connection.CreateCommand();
        explain.CommandText = "EXPLAIN " + statement;
        explain.Parameters.AddWithValue("limit", 4);
        explain.Parameters.AddWithValue("order", 5L);
        explain.Parameters.AddWithValue("id", 7L);
        var plan = new List<string>();
        await using (var lines = await explain.ExecuteReaderAsync())
        {
            while (await lines.ReadAsync()) plan.Add(lines.GetString(0));
        }
        Assert.That(plan, Has.Some.Contains("Index Cond: ((ROW(tx, id) > ROW(").And.None.Contains("Sort").And.None.Contains("Filter"),
            string.Join('\n', plan));
    }

    [Test]
    public async Task A_position_of_another_server_is_refused()
    {
        var position = (await Numbers.BatchesAsync(Numbers.Source(Database, Pages(OrderForm.Transaction))))[0].Position;
        var later = new LogPosition("Logs.clicks by tx", 1L << 40, 1).ToStreamPosition();
        var source = Numbers.Source(Database, Pages(OrderForm.Transaction));
        Assert.That(Numbers.Failure<InvalidOperationException>(source, later), Does.Contain(
            "The position lies at Logs.clicks, tx 1099511627776, id 1, but this database has only reached").And.Contain("restored"));
        Assert.That(await Numbers.AllAsync(source, position), Has.Length.EqualTo(27));
    }

    [TestCase("uuid", "gen_random_uuid()", "Guid")]
    [TestCase("text", "'seven'", "String")]
    [TestCase("numeric", "2.5", "Decimal")]
    public async Task An_id_that_is_no_whole_number_is_refused(string type, string value, string name)
    {
        await Database.RunAsync($"ALTER TABLE \"Logs\".clicks ALTER id TYPE {type} USING {value}");
        Assert.That(Numbers.Failure<InvalidDataException>(Numbers.Source(Database, Pages(OrderForm.UnixMilliseconds))), Does.Contain(
            $"Column 'id' holds a value of the type {name}, which is no such key. A key is a whole number of up to 64 bits"));
    }

    [TestCase("smallint")]
    [TestCase("integer")]
    [TestCase("numeric")]
    public async Task An_id_is_a_whole_number_of_any_type(string type)
    {
        await Database.RunAsync($"ALTER TABLE \"Logs\".clicks ALTER id TYPE {type}");
        var source = Numbers.Source(Database, Pages(OrderForm.UnixMilliseconds));
        Assert.That(await Numbers.AllAsync(source), Is.EqualTo(Enumerable.Range(101, 30)));
    }

    [TestCase(OrderForm.TimestampWithZone, "local", "DateTime (Unspecified)")]
    [TestCase(OrderForm.TimestampWithoutZone, "at", "DateTime (Utc)")]
    [TestCase(OrderForm.UnixMilliseconds, "at", "DateTime (Utc)")]
    public void A_time_of_another_form_than_was_said_is_refused(OrderForm form, string column, string name)
    {
        var pages = new TableColumns
        {
            Dialect = SqlDialect.PostgreSql,
            Schema = "Logs",
            Table = "clicks",
            Columns = ["number"],
            Order = new(column, form),
            Horizon = SafeHorizon.None,
        };
        Assert.That(Numbers.Failure<InvalidDataException>(Numbers.Source(Database, pages)),
            Does.Contain($"Column '{column}' holds a value of the type {name}, which is no such key."));
    }

    [TestCase("Clicks", "number", "relation \"Logs.Clicks\" does not exist")]
    [TestCase("clicks", "Number", "column \"Number\" does not exist")]
    public void A_name_in_another_case_is_another_name(string table, string column, string message)
    {
        var pages = new TableColumns
        {
            Dialect = SqlDialect.PostgreSql,
            Schema = "Logs",
            Table = table,
            Columns = [column],
            Horizon = SafeHorizon.None,
        };
        Assert.That(Numbers.Failure<InvalidOperationException>(Numbers.Source(Database, pages)),
            Does.Contain(message).And.Contain("name it as the database keeps it"));
    }

    private static TableColumns Pages(OrderForm form, SafeHorizon? horizon = null) => new()
    {
        Dialect = SqlDialect.PostgreSql,
        Schema = "Logs",
        Table = "clicks",
        Columns = ["number"],
        Order = new(form switch
        {
            OrderForm.TimestampWithZone => "at",
            OrderForm.TimestampWithoutZone => "local",
            OrderForm.Transaction => "tx",
            _ => "millis",
        }, form),
        Horizon = horizon ?? (form == OrderForm.Transaction ? new TransactionHorizon() : SafeHorizon.None),
    };
}
