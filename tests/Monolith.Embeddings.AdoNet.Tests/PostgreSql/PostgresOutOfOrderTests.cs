using Monolith.Embeddings.AdoNet.Tests.Simulation;
using Monolith.Embeddings.AdoNet.Tests.Support;

namespace Monolith.Embeddings.AdoNet.Tests.PostgreSql;

/// <summary>Transactions that commit in another order than that of the ids of their rows.</summary>
[TestFixture]
public sealed class PostgresOutOfOrderTests : PostgresFixture
{
    [SetUp]
    public async Task CreateTable()
    {
        await Database.RunAsync(
            """
            CREATE TABLE clicks (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                at bigint NOT NULL DEFAULT 0,
                tx xid8 NOT NULL DEFAULT pg_current_xact_id());
            CREATE INDEX ON clicks (tx, id);
            CREATE INDEX ON clicks (at, id);
            CREATE TABLE clock (now bigint NOT NULL);
            INSERT INTO clock VALUES (0);
            """);
    }

    [Test]
    public async Task By_a_rising_id_alone_a_row_is_lost_and_by_transactions_it_is_not([Values] bool prepared)
    {
        var (ids, transactions) = (Numbers.Source(Database, ById()), Numbers.Source(Database, ByTransaction()));
        await using var slow = await Database.OpenConnectionAsync();
        await slow.RunAsync("BEGIN; INSERT INTO clicks DEFAULT VALUES");
        await Database.RunAsync("INSERT INTO clicks DEFAULT VALUES");
        if (prepared) await slow.RunAsync("PREPARE TRANSACTION 'slow'");
        var byId = await Numbers.BatchesAsync(ids);
        var byTransaction = await Numbers.BatchesAsync(transactions);
        await slow.RunAsync(prepared ? "COMMIT PREPARED 'slow'" : "COMMIT");

        Assert.That(byId.SelectMany(batch => batch.Numbers), Is.EqualTo(new[] { 2 }));
        Assert.That(await Numbers.AllAsync(ids, byId[^1].Position), Is.Empty, "row 1 is lost");
        Assert.That(byTransaction, Is.Empty, "row 2 waits for the transaction that began before its own");
        Assert.That(await Numbers.AllAsync(transactions), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task By_a_rising_id_alone_a_row_is_lost_and_behind_a_lag_it_is_not()
    {
        var (ids, times) = (Numbers.Source(Database, ById()), Numbers.Source(Database, ByTime()));
        await using var slow = await Database.OpenConnectionAsync();
        await slow.RunAsync("BEGIN; INSERT INTO clicks (at) VALUES (100)");
        await Database.RunAsync("INSERT INTO clicks (at) VALUES (100)");
        await Database.RunAsync("UPDATE clock SET now = 1025");
        var byId = await Numbers.BatchesAsync(ids);
        var byTime = await Numbers.BatchesAsync(times);
        await slow.RunAsync("COMMIT");
        await Database.RunAsync("UPDATE clock SET now = 1040");

        Assert.That(byId.SelectMany(batch => batch.Numbers), Is.EqualTo(new[] { 2 }));
        Assert.That(await Numbers.AllAsync(ids, byId[^1].Position), Is.Empty, "row 1 is lost");
        Assert.That(byTime, Is.Empty);
        Assert.That(await Numbers.AllAsync(times), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Each_row_is_read_once_whenever_the_reader_stops([Range(1, 8)] int seed, [Values] bool byTransaction)
    {
        TablePages pages = byTransaction ? ByTransaction() : ByTime();
        var (committed, read) = await new OutOfOrder(Database, new PostgresTable(Database), pages, seed).RunAsync(250);

        Assert.That(committed, Has.Length.GreaterThan(20));
        Assert.That(read, Is.EqualTo(committed));
    }

    [Test]
    public async Task An_id_before_the_transaction_loses_rows_even_behind_the_oldest_one()
    {
        // Why TransactionHorizon asks for the order: its condition alone does not help an order by ids.
        var pages = new TableSql
        {
            RowsName = "clicks",
            FirstPage = "SELECT id FROM clicks WHERE tx < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT @limit",
            NextPage = "SELECT id FROM clicks WHERE id > @id AND tx < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT @limit",
        };
        await using var older = await Database.OpenConnectionAsync();
        await using var younger = await Database.OpenConnectionAsync();
        await older.RunAsync("BEGIN; SELECT pg_current_xact_id()");
        await younger.RunAsync("BEGIN; INSERT INTO clicks DEFAULT VALUES");
        await older.RunAsync("INSERT INTO clicks DEFAULT VALUES; COMMIT");
        var source = Numbers.Source(Database, pages);
        var batches = await Numbers.BatchesAsync(source);
        await younger.RunAsync("COMMIT");

        Assert.That(batches.SelectMany(batch => batch.Numbers), Is.EqualTo(new[] { 2 }));
        Assert.That(await Numbers.AllAsync(source, batches[^1].Position), Is.Empty, "row 1 is lost");
    }

    [Test]
    public async Task Writers_at_once_lose_nothing_while_the_reader_follows([Values(1, 2)] int seed)
    {
        using var done = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => WriteAsync(new Random((10 * seed) + writer))));
        var read = new List<long>();
        var position = Features.StreamPosition.Start;
        while (!writing.IsCompleted)
        {
            using var stop = new CancellationTokenSource();
            var source = Numbers.Source(Database, ByTransaction(), options =>
            {
                (options.Follow, options.PollingInterval) = (true, TimeSpan.FromMilliseconds(1));
                options.Records.MaxDelay = TimeSpan.FromMilliseconds(2);
            });
            var left = 5;
            await using var batches = source.ReadAsync(position, stop.Token).GetAsyncEnumerator(default);
            while (left-- > 0 && !writing.IsCompleted)
            {
                // The last rows may lie behind no further batch.
                var next = batches.MoveNextAsync().AsTask();
                if (await Task.WhenAny(next, writing) != next)
                {
                    await stop.CancelAsync();
                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (!next.IsCompletedSuccessfully) break;
                }
                if (!await next) break;
                using var batch = batches.Current;
                read.AddRange(Numbers.Of(batch));
                position = batch.Position;
            }
        }
        await writing;
        read.AddRange(await Numbers.AllAsync(Numbers.Source(Database, ByTransaction()), position));

        Assert.That(read.Order(), Is.EqualTo(await Database.NumbersAsync("SELECT id FROM clicks ORDER BY id")));
        Assert.That(read, Has.Count.GreaterThan(100));
    }

    private async Task WriteAsync(Random random)
    {
        await using var connection = await Database.OpenConnectionAsync();
        for (var i = 0; i < 40; i++)
        {
            await connection.RunAsync("BEGIN");
            for (var row = random.Next(1, 4); row > 0; row--)
            {
                await connection.RunAsync("INSERT INTO clicks DEFAULT VALUES");
                await Task.Delay(random.Next(3));
            }
            await connection.RunAsync(random.Next(6) == 0 ? "ROLLBACK" : "COMMIT");
        }
    }

    private static TableColumns ById() =>
        new() { Dialect = SqlDialect.PostgreSql, Table = "clicks", Columns = ["id"], Horizon = SafeHorizon.None };

    private static TableColumns ByTransaction() => new()
    {
        Dialect = SqlDialect.PostgreSql,
        Table = "clicks",
        Columns = ["id"],
        Order = new("tx", OrderForm.Transaction),
        Horizon = new TransactionHorizon(),
    };

    private static TableColumns ByTime() => new()
    {
        Dialect = new ClockTable(SqlDialect.PostgreSql),
        Table = "clicks",
        Columns = ["id"],
        Order = new("at", OrderForm.UnixSeconds),
        Horizon = new LagHorizon(TimeSpan.FromTicks(OutOfOrder.LagUnits)),
    };
}
