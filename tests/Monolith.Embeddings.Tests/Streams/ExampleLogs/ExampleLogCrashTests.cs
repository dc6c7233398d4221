using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

public class ExampleLogCrashTests
{
    private const int Examples = 96;

    private readonly LogFixture _f = new();

    [Test]
    public async Task A_kill_at_any_call_loses_and_repeats_nothing()
    {
        var places = await CountPlacesAsync(seed: 1);
        Assert.That(places, Is.GreaterThan(100));
        for (var at = 0; at < places; at++)
        {
            var inner = new MemorySnapshotStore();
            var store = new KillableStore(inner) { At = at };
            var life = new LogLife(_f, store, new Random(1), Examples);
            Assert.That(() => life.RunAsync(), Throws.InstanceOf<KilledException>(), $"place {at}");
            await RequireAllAsync(inner, life.Commit, $"place {at}");
        }
    }

    [Test]
    public async Task A_store_that_fails_at_any_call_costs_that_commit_alone()
    {
        var places = await CountPlacesAsync(seed: 2);
        for (var at = 0; at < places; at++)
        {
            var inner = new MemorySnapshotStore();
            var life = new LogLife(_f, new KillableStore(inner) { At = at, FailsOnly = true }, new Random(2), Examples);
            try
            {
                await life.RunAsync();
            }
            catch (SnapshotException)
            {
                Assert.That(life.Commit, Is.Null, $"place {at}: only the opening of the log may fail");
            }
            await RequireAllAsync(inner, life.Commit, $"place {at}");
        }
    }

    [TestCase(40)]
    [TestCase(2000, Category = "Long", Explicit = true, Reason = "Takes a minute.")]
    public async Task Many_lives_are_one(int histories)
    {
        for (var seed = 0; seed < histories; seed++)
        {
            var (random, inner) = (new Random(seed), new MemorySnapshotStore());
            LogCommit? commit = null;
            for (var lives = random.Next(1, 8); lives > 0; lives--)
            {
                var store = new KillableStore(inner) { At = random.Next(150) };
                var life = new LogLife(_f, store, random, Examples) { Commit = commit };
                try
                {
                    await life.RunAsync();
                }
                catch (KilledException)
                {
                    // As it may be at any moment.
                }
                commit = life.Commit;
                await RequireNoMoreThanAsync(inner, commit, $"seed {seed}");
            }
            await RequireAllAsync(inner, commit, $"seed {seed}");
        }
    }

    [Test]
    public async Task A_trainer_that_is_set_back_sets_the_log_back([Range(0, 9)] int seed)
    {
        var (inner, commits) = (new MemorySnapshotStore(), new List<LogCommit>());
        var source = _f.Numbers(Examples).LoggedTo(new ExampleLog(inner, new() { RotateEvery = TimeSpan.FromSeconds(20) }));
        var trained = 0;
        await foreach (var batch in source.ReadAsync(default, default))
        {
            trained += batch.Rows;
            commits.Add(await LogCommit.WriteAsync(source, batch.Position, trained));
            await source.CommittedAsync(batch.Position, default);
            batch.Dispose();
        }
        var back = commits[new Random(seed).Next(commits.Count)];
        var life = new LogLife(_f, inner, new Random(seed), Examples) { Commit = back };
        await BeginAsync(back, inner);
        Assert.That(await _f.ReadAsync(inner), Is.EqualTo(LogFixture.Range(0, back.Trained)));
        await RequireAllAsync(inner, life.Commit, $"seed {seed}");
    }

    [Test]
    public async Task A_log_that_was_set_back_alone_is_refused()
    {
        var store = new MemorySnapshotStore();
        var source = _f.Numbers(Examples).LoggedTo(new ExampleLog(store));
        await using var batches = source.ReadAsync(default, default).GetAsyncEnumerator();
        await batches.MoveNextAsync();
        await source.CommittedAsync(batches.Current.Position, default);
        var old = (await store.ReadManifestAsync())!.Bytes.ToArray();
        await batches.MoveNextAsync();
        var commit = await LogCommit.WriteAsync(source, batches.Current.Position, 8);
        await source.CommittedAsync(batches.Current.Position, default);
        var commitOfAll = await LogCommit.WriteAsync(source, batches.Current.Position, 8);
        await store.TryReplaceManifestAsync(old, (await store.ReadManifestAsync())!.Token);
        Assert.That(() => BeginAsync(commitOfAll, store), Throws.InstanceOf<SnapshotException>()
            .With.Message.Contains("8 rows").And.Message.Contains("set back"));
        await BeginAsync(commit, store);
        Assert.That(await _f.ReadAsync(store), Is.EqualTo(LogFixture.Range(0, 8)), "the commit itself knows the file");
    }

    [Test]
    public async Task A_reading_may_go_back_a_little_in_the_same_process()
    {
        var store = new MemorySnapshotStore();
        var source = _f.Numbers(Examples).LoggedTo(new ExampleLog(store));
        var positions = new List<StreamPosition>();
        await _f.ReadAsync(source, default, positions);
        await source.CommittedAsync(positions[3], default);
        Assert.That(await _f.ReadAsync(source, positions[5]), Is.EqualTo(LogFixture.Range(24, Examples - 24)));
        await source.CommittedAsync(positions[^1], default);
        Assert.That(await _f.ReadAsync(store), Is.EqualTo(LogFixture.Range(0, Examples)));
        Assert.That(() => _f.ReadAsync(source, positions[2]), Throws.InvalidOperationException);
    }

    private async Task BeginAsync(LogCommit commit, SnapshotStore store)
    {
        var source = _f.Numbers(Examples).LoggedTo(new ExampleLog(store));
        await commit.RestoreAsync(source);
        await using var batches = source.ReadAsync(commit.At, CancellationToken.None).GetAsyncEnumerator();
        await batches.MoveNextAsync();
    }

    private async Task<int> CountPlacesAsync(int seed)
    {
        var store = new KillableStore(new MemorySnapshotStore());
        await new LogLife(_f, store, new Random(seed), Examples).RunAsync();
        return store.Places;
    }

    // Readers see whole commits alone, and none that is not durable.
    private async Task RequireNoMoreThanAsync(SnapshotStore store, LogCommit? commit, string what)
    {
        if (await store.ReadManifestAsync() is null) return;
        var seen = await _f.ReadAsync(store);
        Assert.That(seen, Is.EqualTo(LogFixture.Range(0, seen.Count)), what);
        Assert.That(seen, Has.Count.LessThanOrEqualTo(commit?.Trained ?? 0), what);
    }

    private async Task RequireAllAsync(SnapshotStore store, LogCommit? commit, string what)
    {
        await RequireNoMoreThanAsync(store, commit, what);
        await new LogLife(_f, store, new Random(9), Examples) { Commit = commit }.RunAsync();
        Assert.That(await _f.ReadAsync(store), Is.EqualTo(LogFixture.Range(0, Examples)), what);
        var check = await new ExampleLog(store).VerifyAsync();
        Assert.That((check.Faults.Count, check.UnlistedFiles.Count), Is.EqualTo((0, 0)), what);
    }
}
