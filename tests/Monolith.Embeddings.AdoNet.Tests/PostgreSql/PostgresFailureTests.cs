using Monolith.Embeddings.AdoNet.Tests.Support;

namespace Monolith.Embeddings.AdoNet.Tests.PostgreSql;

/// <summary>Sessions that are closed, and a server that stops and comes back.</summary>
[TestFixture]
public sealed class PostgresFailureTests : PostgresFixture
{
    private const int Rows = 20_000;

    private static readonly TableColumns Pages = new()
    {
        Dialect = SqlDialect.PostgreSql,
        Table = "clicks",
        Columns = ["id", "padding"],
        Order = new("tx", OrderForm.Transaction),
        Horizon = new TransactionHorizon(),
    };

    [SetUp]
    public async Task CreateTable() => await Database.RunAsync(
        $"""
        CREATE TABLE clicks (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
            padding text NOT NULL DEFAULT repeat('x', 1000));
        CREATE INDEX ON clicks (tx, id);
        INSERT INTO clicks SELECT FROM generate_series(1, {Rows});
        """);

    [Test]
    public async Task A_session_that_is_closed_within_a_page_is_opened_again_behind_the_last_row([Values] bool rows)
    {
        var source = Open(rows);
        var read = new List<long>();
        var batches = 0;
        await foreach (var batch in source.ReadAsync(default, default))
        {
            read.AddRange(Numbers.Of(batch));
            batch.Dispose();
            if (++batches % 10 == 0)
            {
                await using var other = Npgsql.NpgsqlDataSource.Create(Server.ConnectionString);
                await other.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'");
            }
        }
        Assert.That(read, Is.EqualTo(Enumerable.Range(1, Rows).Select(id => (long)id)));
        Assert.That(source is TableSource<long> table ? table.Retries : ((TableRowSource)source).Retries, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_server_that_stops_and_comes_back_loses_nothing([Values] bool rows)
    {
        var source = Open(rows);
        var read = new List<long>();
        Task? restart = null;
        await foreach (var batch in source.ReadAsync(default, default))
        {
            read.AddRange(Numbers.Of(batch));
            batch.Dispose();
            if (read.Count < Rows / 2 || restart is not null) continue;
            await Server.StopAsync();
            restart = Task.Delay(500).ContinueWith(_ => Server.LaunchAsync(), TaskScheduler.Default).Unwrap();
        }
        await restart!;
        Assert.That(read, Is.EqualTo(Enumerable.Range(1, Rows).Select(id => (long)id)));
    }

    [Test]
    public async Task A_statement_that_takes_too_long_is_ended_and_tried_again()
    {
        await using var owner = await Database.OpenConnectionAsync();
        await owner.RunAsync("BEGIN; LOCK TABLE clicks");
        var source = Open(rows: false, timeout: TimeSpan.FromSeconds(1));
        var reading = Numbers.AllAsync(source);
        while (((TableSource<long>)source).Retries == 0) await Task.Delay(10);
        Assert.That(reading.IsCompleted, Is.False);
        await owner.RunAsync("ROLLBACK");
        Assert.That(await reading, Has.Length.EqualTo(Rows));
    }

    [Test]
    public async Task A_statement_under_way_is_cancelled()
    {
        await using var owner = await Database.OpenConnectionAsync();
        await owner.RunAsync("BEGIN; LOCK TABLE clicks");
        using var stop = new CancellationTokenSource();
        await using var batches = Open(rows: false).ReadAsync(default, stop.Token).GetAsyncEnumerator(default);
        var next = batches.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    private Streams.ExampleSource Open(bool rows, TimeSpan? timeout = null)
    {
        void Change<TRecord>(TableSourceOptions<TRecord> options)
        {
            (options.PageSize, options.Records.BatchSize) = (700, 64);
            options.CommandTimeout = timeout ?? TimeSpan.FromSeconds(60);
            var (first, longest) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200));
            options.Retries = new() { FirstDelay = first, LongestDelay = longest, Limit = 500 };
        }
        return rows
            ? Numbers.RowSource(Database, Pages, Change)
            : Numbers.Source(Database, Pages, Change);
    }
}
