using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>Tables that replicas get by schedules of their own.</summary>
public class TablePaceTests : LeakChecked
{
    // Of 32 examples each, 50 a second.
    private const long Batches = 60;

    private static readonly Schedule[] Some =
    [
        Schedule.ByBatches(11), Schedule.ByExamples(333), Schedule.ByEventTime(TimeSpan.FromSeconds(5)), Schedule.ByBatches(5),
        Schedule.FirstOf(Schedule.ByEventTime(TimeSpan.FromSeconds(9)), Schedule.ByBatches(17)), Schedule.Never,
    ];

    [Test]
    public async Task They_come_with_the_same_commits_and_the_same_rows_however_often_it_restarts([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var sparse = Schedule.ByBatches(random.Next(1, 5));
        (string Name, Schedule Every)[] tables = [("users", Some[seed % Some.Length]), ("items", Some[random.Next(Some.Length)])];
        var expected = await CommitPlaces.ExpectedAsync(sparse, Schedule.ByBatches(1), Batches, tables);
        var (whole, parts, plain) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        var state = await TrainAsync(whole, Batches, sparse, tables);
        Assert.That(await CommitPlaces.OfAsync(whole), Is.EqualTo(expected), string.Join("; ", tables));
        foreach (var stop in Enumerable.Range(0, 4).Select(_ => random.NextInt64(1, Batches)).Order())
            await TrainAsync(parts, stop, sparse, tables);
        Assert.That(await TrainAsync(parts, Batches, sparse, tables), Is.EqualTo(state));
        Assert.That(await CommitPlaces.OfAsync(parts), Is.EqualTo(expected), string.Join("; ", tables));
        Assert.That(await ServedAsync(parts), Is.EqualTo(await ServedAsync(whole)));
        Assert.That(await TrainAsync(plain, Batches, sparse, []), Is.EqualTo(state), "what is learned does not depend on it");
        Assert.That(Manifest(plain).Commits, Is.All.Matches<SnapshotCommit>(commit => commit.ServedTables.Count == 0));
    }

    [Test]
    public async Task Replicas_have_each_table_as_of_the_commit_that_they_say([Range(1, 3)] int seed)
    {
        var random = new Random(seed);
        (string Name, Schedule Every)[] tables = [("users", Some[seed % Some.Length]), ("items", Some[random.Next(Some.Length)])];
        var store = new FaultyStore();
        var replicas = new List<ModelReplica>();
        var seen = new List<(SnapshotManifest Manifest, ulong Number, string Table, float[] Rows)>();
        var batches = 0;
        foreach (var stop in new[] { 25, Batches })
        {
            var sparse = Schedule.ByBatches(1 + (seed % 3));
            await using var under = Under(store, stop, sparse, tables, Fail, Follow, commitAtEnd: true, folds: 6);
            await under.Trainer.RunAsync();
        }
        foreach (var replica in replicas) await replica.DisposeAsync();
        Assert.That(seen, Has.Count.GreaterThan(20));
        Assert.That(seen, Has.Some.Matches<(SnapshotManifest Manifest, ulong Number, string Table, float[] Rows)>(
            s => s.Number < s.Manifest.Newest!.Number), "some are behind");
        foreach (var version in seen.DistinctBy(s => (s.Number, s.Table)).Where((_, i) => i % 3 == seed % 3))
        {
            var (_, expected) = await RestoredTables.WeightsAsync(store, Manifest(store), version.Number, version.Table);
            foreach (var same in seen.Where(s => (s.Number, s.Table) == (version.Number, version.Table)))
                Assert.That(same.Rows.AsSpan().SequenceEqual(expected), $"'{same.Table}' of {same.Number}");
        }

        void Fail() => store.IsFull = ++batches % 20 is > 12 and < 16;

        // Commits are reported one after the other, each once it is durable.
        void Follow() => FollowAsync().GetAwaiter().GetResult();

        async Task FollowAsync()
        {
            if (replicas.Count == 0 || random.Next(12) == 0)
            {
                var schema = CrashScenario.CreateSchema();
                replicas.Add(await ModelReplica.OpenAsync(
                    store, CrashScenario.CreateModel(schema), new() { PollEvery = Timeout.InfiniteTimeSpan }));
            }
            foreach (var replica in replicas)
            {
                if (random.Next(3) == 0) continue;
                await replica.CatchUpAsync();
                foreach (var (table, _) in tables)
                {
                    var rows = new float[RestoredTables.Ids.Length * 5];
                    replica.Lookup(table, RestoredTables.Ids, rows);
                    seen.Add((Manifest(store), replica.Version.NumberOf(table), table, rows));
                }
            }
        }
    }

    [Test]
    public async Task A_commit_at_the_end_of_a_run_gives_what_is_due_and_it_stays_due()
    {
        var store = new MemorySnapshotStore();
        (string, Schedule)[] tables = [("users", Schedule.ByBatches(7))];
        await TrainAsync(store, 8, Schedule.ByBatches(3), tables, commitAtEnd: true);
        await TrainAsync(store, 10, Schedule.ByBatches(3), tables, commitAtEnd: true);
        await TrainAsync(store, 12, Schedule.ByBatches(3), tables);
        Assert.That((await CommitPlaces.OfAsync(store)).Select(place => (place.Batches, place.LeftOut)), Is.EqualTo(new[]
        {
            (3L, ""), (6L, "users"), (8L, ""), (9L, ""), (10L, "users"), (12L, "users"),
        }));
    }

    [Test]
    public async Task A_commit_that_failed_leaves_the_table_due([Values] bool wasWritten)
    {
        OnlineTrainer trainer = null!;
        var (store, batches, hasFailed) = (new FaultyStore(), 0, false);
        await using (var under = Under(store, 20, Schedule.ByBatches(5), [("users", Schedule.ByBatches(10))], () => Fail()))
        {
            trainer = under.Trainer;
            await trainer.RunAsync();
        }
        var places = (await CommitPlaces.OfAsync(store)).ConvertAll(place => (place.Batches, place.LeftOut));
        var retried = places[1];
        Assert.That(retried.LeftOut, Is.Empty, "what was to come with 10 comes with this");
        Assert.That(store.Refusals, Is.Positive);
        Assert.That(retried.Batches, Is.InRange(10, 14), "at once, where the next batch is waited for, or behind one of the next");
        Assert.That(places, Is.EqualTo(new[] { (5L, ""), retried, (15, "users"), (20, "") }));
        Assert.That(Manifest(store).Commits[1].ServedTables, Is.Empty, "it was given with the commit before");

        // The commit after batch 10, once its files were made, or before. It is written beside training, as that after batch 5: both are
        // waited for. The store refuses until the trainer has seen the failure, since a manifest is tried again at once.
        void Fail()
        {
            batches++;
            hasFailed |= trainer.FailedCommitsInARow > 0;
            if (batches == 9) Wait.Until(() => trainer.NewestCommit is not null);
            if (batches == 11) Wait.Until(() => store.Refusals > 0);
            if (batches is > 11 and < 14 && !hasFailed) Thread.Sleep(500);
            var fails = batches is >= 10 and < 14 && !hasFailed;
            (store.IsFull, store.RefusesManifests) = (fails && !wasWritten, fails && wasWritten);
        }
    }

    [Test]
    public async Task A_table_that_has_no_schedule_any_more_comes_with_the_next_commit()
    {
        var store = new MemorySnapshotStore();
        await TrainAsync(store, 9, Schedule.ByBatches(3), [("users", Schedule.Never)]);
        await TrainAsync(store, 12, Schedule.ByBatches(3), []);
        Assert.That(Manifest(store).Newest!.ServedTables, Is.EqualTo(new[] { new ServedTable { Name = "users", From = 1, To = 4 } }));
    }

    [Test]
    public async Task By_the_clock_a_table_comes_though_the_stream_is_silent()
    {
        using var time = new ManualTime();
        await using var under = new QuietTrainer(
            new MemorySnapshotStore(), time, tableEvery: Schedule.ByClock(10 * QuietTrainer.Every));
        under.Start();
        for (var burst = 1; burst <= 2; burst++)
        {
            under.Log.Grow(QuietTrainer.BatchSize);
            await under.PassUntilAsync(() => under.Trainer.NewestCommit?.Number >= (ulong)burst);
        }
        Assert.That(under.Trainer.NewestCommit!.ServedTables.Single().IsLeftOut);
        await under.PassUntilAsync(() => under.Trainer.NewestCommit?.Number == 3);
        Assert.That(under.Trainer.NewestCommit!.ServedTables, Is.EqualTo(new[] { new ServedTable { Name = "events", From = 1, To = 3 } }));
        for (var i = 0; i < 50; i++)
        {
            time.Advance(10 * QuietTrainer.Every);
            await Task.Yield();
        }
        Assert.That(under.Trainer.NewestCommit!.Number, Is.EqualTo(3), "nothing is owed any more");
        await under.StopAsync();
    }

    [Test]
    public async Task The_schedules_tell_of_them()
    {
        await using var under = Under(
            new MemorySnapshotStore(), 12, Schedule.ByBatches(2), [("users", Schedule.ByBatches(5)), ("items", TimeSpan.FromDays(1))]);
        Assert.That(under.Trainer.Schedules.Select(s => (s.Kind, s.Table)), Is.EqualTo(new[]
        {
            (ScheduleKind.Sparse, (string?)null), (ScheduleKind.Dense, null), (ScheduleKind.Full, null), (ScheduleKind.Sparse, "users"),
            (ScheduleKind.Sparse, "items"), (ScheduleKind.Eviction, null),
        }));
        Assert.That(under.Trainer.Schedules[4].Schedule, Is.EqualTo(Schedule.ByClock(TimeSpan.FromDays(1))), "a bare time is the clock's");
        await under.Trainer.RunAsync();
        var users = under.Trainer.Schedules[3];
        Assert.That((users.Count, users.LastBatches, users.NextBatches), Is.EqualTo((3L, 10L, (long?)15)), "with commits 2, 6 and 10");
        Assert.That(under.Trainer.Schedules[4].Count, Is.EqualTo(1));
    }

    [Test]
    public void A_schedule_that_makes_no_sense_is_refused()
    {
        var options = new EmbeddingTableOptions { Name = "t", SparseEvery = Schedule.ByExamples(-1) };
        options.Segments.Add(new SegmentOptions { Name = "s", Dimension = 1, Optimizer = new SgdOptions() });
        Assert.That(OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(options)), Has.One.StartsWith("SparseEvery: "));
    }

    private static SnapshotManifest Manifest(SnapshotStore store) =>
        new SnapshotPublisher(store).ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult()!;

    // What each file for replicas has of each table, in an order of its own.
    private static async Task<List<string>> ServedAsync(SnapshotStore store)
    {
        var manifest = Manifest(store);
        var served = new List<string>();
        foreach (var commit in manifest.Commits)
        {
            using var file = await SnapshotContents.OpenAsync(store, manifest.Chain, commit, isServing: true, default);
            foreach (var table in file.Tables)
            {
                var (rows, removed) = (Items(table.RowBlocks, table.Records.RecordBytes), Items(table.RemovedBlocks, sizeof(long)));
                served.Add($"{commit.Number} {table.Description.Name} {string.Join(' ', rows)}; {string.Join(' ', removed)}");
            }

            IEnumerable<string> Items(IReadOnlyList<int> blocks, int bytes) => file.Reader.Read(blocks)
                .SelectMany(block => block.Payload.ToArray().Chunk(bytes).Select(Convert.ToHexString)).Order(StringComparer.Ordinal);
        }
        return served;
    }

    private static TrainerUnderTest Under(
        SnapshotStore store, long batches, Schedule sparse, (string Name, Schedule Every)[] tables, Action? scored = null,
        Action? committed = null, bool commitAtEnd = false, int? folds = null)
    {
        Schedule? users = null, items = null;
        foreach (var (name, every) in tables)
        {
            if (name == "users") users = every;
            else items = every;
        }
        return new(store, batches, o =>
        {
            var s = o.Synchronization;
            (s.SparseEvery, s.CommitAtEnd, s.CompactAfterDeltas) = (sparse, commitAtEnd, folds);
            s.Retention = new() { Commits = 1000, Age = TimeSpan.Zero, MaxFulls = null };
            o.Scored = (_, _) => scored?.Invoke();
        }, CrashScenario.CreateSchema(users, items), _ => committed?.Invoke());
    }

    private static async Task<string[]> TrainAsync(
        SnapshotStore store, long batches, Schedule sparse, (string Name, Schedule Every)[] tables, bool commitAtEnd = false)
    {
        await using var under = Under(store, batches, sparse, tables, commitAtEnd: commitAtEnd);
        await under.Trainer.RunAsync();
        return SavedState.Of(under.Tables);
    }
}
