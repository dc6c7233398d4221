using Monolith.Embeddings.AdoNet.Tests.Support;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Tests.Sqlite;

/// <summary>A source that waits for rows, and one whose database fails for a while.</summary>
[TestFixture]
public sealed class FollowingTests : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private readonly ManualTime _time = new();
    private SqliteFile _file = null!;
    private ObservedSource _database = null!;

    [SetUp]
    public async Task CreateTable()
    {
        _file = await SqliteFile.CreateAsync("CREATE TABLE clicks (id INTEGER PRIMARY KEY)", "INSERT INTO clicks VALUES (1), (2), (3)");
        _database = new ObservedSource(_file.Database);
    }

    [TearDown]
    public async Task RemoveFile() => await _file.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _time.Dispose();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task It_waits_without_a_connection_and_reads_what_was_added([Values] bool rows)
    {
        using var stop = new CancellationTokenSource();
        await using var batches = Open(rows).ReadAsync(default, stop.Token).GetAsyncEnumerator(default);
        Assert.That(await NextAsync(batches), Is.EqualTo(1));
        Assert.That(_database.Open, Is.EqualTo(rows ? 1 : 0), "only rows themselves need the connection while they are learned");
        Assert.That((await NextAsync(batches), await NextAsync(batches)), Is.EqualTo((2, 3)));

        var next = NextAsync(batches);
        for (var i = 4; i < 7; i++)
        {
            await _time.WaitForTimerAsync();
            Assert.That((next.IsCompleted, _database.Open), Is.EqualTo((false, 0)));
            var opened = _database.Opened;
            if (i == 5)
            {
                // Nothing new: it looks, and waits again.
                _time.Advance(Poll);
                await _time.WaitForTimerAsync();
                Assert.That((next.IsCompleted, _database.Open, _database.Opened), Is.EqualTo((false, 0, opened + 1)));
            }
            await _file.Database.RunAsync($"INSERT INTO clicks VALUES ({i})");
            _time.Advance(Poll - TimeSpan.FromTicks(1));
            Assert.That(next.IsCompleted, Is.False);
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.That(await next, Is.EqualTo(i));
            next = NextAsync(batches);
        }

        await _time.WaitForTimerAsync();
        await stop.CancelAsync();
        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_failure_that_passes_is_tried_again_after_twice_as_long_each_time([Values] bool rows)
    {
        var source = Open(rows, retries => (retries.IsTransient, retries.FirstDelay, retries.LongestDelay, retries.Limit) =
            (_ => true, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), 4));
        await _file.Database.RunAsync("ALTER TABLE clicks RENAME TO hidden");
        await using var batches = source.ReadAsync(default, default).GetAsyncEnumerator(default);
        var next = NextAsync(batches);
        foreach (var seconds in new[] { 1, 2, 3, 3 })
        {
            await _time.WaitForTimerAsync();
            Assert.That(_database.Open, Is.Zero);
            if (_database.Opened == 4) await _file.Database.RunAsync("ALTER TABLE hidden RENAME TO clicks");
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.That((next.IsCompleted, _time.Waiting), Is.EqualTo((false, 1)));
            _time.Advance(TimeSpan.FromTicks(1));
        }
        Assert.That((await next, await NextAsync(batches), await NextAsync(batches)), Is.EqualTo((1, 2, 3)));
        Assert.That(source is TableSource<long> table ? table.Retries : ((TableRowSource)source).Retries, Is.EqualTo(4));
    }

    [Test]
    public async Task A_failure_that_does_not_pass_ends_the_reading()
    {
        await _file.Database.RunAsync("DROP TABLE clicks");
        var source = Numbers.Source(_database, Pages(), options =>
            options.Retries = new() { IsTransient = _ => true, FirstDelay = TimeSpan.FromTicks(1), Limit = 3 });
        Assert.That(Numbers.Failure<InvalidOperationException>(source), Does.Contain("It was tried 4 times."));
        Assert.That((source.Retries, _database.Open, _database.Opened), Is.EqualTo((3, 0, 4)));
        var other = Numbers.Source(_database, Pages());
        Assert.That(Numbers.Failure<InvalidOperationException>(other), Does.Contain("no such table").And.Not.Contain("tried"));
        Assert.That(other.Retries, Is.Zero, "the provider does not call it transient");
    }

    [Test]
    public async Task A_reading_that_is_left_gives_its_connection_back([Values] bool rows)
    {
        await using (var batches = Open(rows).ReadAsync(default, default).GetAsyncEnumerator(default)) await NextAsync(batches);
        Assert.That(_database.Open, Is.Zero);
    }

    private static TableColumns Pages() =>
        new() { Dialect = SqlDialect.Sqlite, Table = "clicks", Columns = ["id"], Horizon = SafeHorizon.None };

    private static async Task<long> NextAsync(IAsyncEnumerator<ExampleBatch> batches)
    {
        Assert.That(await batches.MoveNextAsync(), Is.True);
        using var batch = batches.Current;
        return Numbers.Of(batch).Single();
    }

    private ExampleSource Open(bool rows, Action<RetryPolicy>? change = null)
    {
        var retries = new RetryPolicy();
        change?.Invoke(retries);
        return rows
            ? new TableRowSource(_database, Pages(), Numbers.RowEncoder,
                new() { PollingInterval = Poll, Retries = retries, Records = { BatchSize = 1 } }, _time)
            : new TableSource<long>(_database, Pages(), row => row.GetInt64(0), Numbers.Encoder,
                new() { PollingInterval = Poll, Retries = retries, Records = { BatchSize = 1 } }, _time);
    }
}
