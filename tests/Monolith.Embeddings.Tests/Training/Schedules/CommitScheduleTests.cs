using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>When a trainer commits, and gives replicas dense weights: places of the stream, whatever happens in between.</summary>
public class CommitScheduleTests : LeakChecked
{
    // Of 32 examples each, 50 a second.
    private const long Batches = 60;

    private static readonly Schedule[] Some =
    [
        Schedule.ByBatches(1), Schedule.ByBatches(4), Schedule.ByExamples(100), Schedule.ByExamples(333),
        Schedule.ByEventTime(TimeSpan.FromSeconds(2)), Schedule.ByEventTime(TimeSpan.FromMilliseconds(4321)),
        Schedule.FirstOf(Schedule.ByEventTime(TimeSpan.FromSeconds(5)), Schedule.ByBatches(6)), Schedule.Never,
    ];

    [Test]
    public async Task Commits_and_dense_weights_come_after_the_same_batches_however_often_it_restarts([Range(1, 16)] int seed)
    {
        var random = new Random(seed);
        var (sparse, dense) = (Some[random.Next(Some.Length - 1)], Some[random.Next(Some.Length)]);
        var expected = await CommitPlaces.ExpectedAsync(sparse, dense, Batches);
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var state = await TrainAsync(whole, Batches, sparse, dense);
        Assert.That(await CommitPlaces.OfAsync(whole), Is.EqualTo(expected), $"{sparse}; {dense}");
        // Each begins where the newest commit is, as after a crash.
        foreach (var stop in Stops(random)) await TrainAsync(parts, stop, sparse, dense);
        Assert.That(await TrainAsync(parts, Batches, sparse, dense), Is.EqualTo(state));
        Assert.That(await CommitPlaces.OfAsync(parts), Is.EqualTo(expected), $"{sparse}; {dense}");
        Assert.That(
            await RestoredTrainer.FromAsync(parts, withSchedules: true),
            Is.EqualTo(await RestoredTrainer.FromAsync(whole, withSchedules: true)));
    }

    [Test]
    public async Task Commits_at_the_end_of_runs_are_more_and_move_none([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var (sparse, dense) = (Some[1 + random.Next(Some.Length - 2)], Some[random.Next(Some.Length)]);
        var expected = await CommitPlaces.ExpectedAsync(sparse, dense, Batches);
        var store = new MemorySnapshotStore();
        foreach (var stop in Stops(random)) await TrainAsync(store, stop, sparse, dense, commitAtEnd: true);
        await TrainAsync(store, Batches, sparse, dense);
        var found = await CommitPlaces.OfAsync(store);
        Assert.That(found.Where(place => expected.Exists(e => e.Batches == place.Batches)), Is.EqualTo(expected), $"{sparse}; {dense}");
        Assert.That(found, Has.Count.GreaterThan(expected.Count));
    }

    [Test]
    public async Task By_the_clock_nothing_else_is_learned([Values(1, 2, 3)] int seed)
    {
        var (none, clocked) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var often = Schedule.ByClock(TimeSpan.FromTicks(seed * 1000));
        var expected = await TrainAsync(none, Batches, Schedule.Never, Schedule.Never);
        Assert.That(await TrainAsync(clocked, Batches, often, often, full: often), Is.EqualTo(expected));
        Assert.That(await CommitPlaces.OfAsync(clocked), Is.Not.Empty);
    }

    [Test]
    public async Task A_store_that_fails_for_a_while_moves_no_later_commit()
    {
        var (store, batches) = (new FaultyStore(), 0);
        OnlineTrainer trainer = null!;
        await using (var under = Under(store, 40, Schedule.ByBatches(5), Schedule.ByBatches(1), scored: () => Fail()))
        {
            trainer = under.Trainer;
            await trainer.RunAsync();
        }
        var places = (await CommitPlaces.OfAsync(store)).ConvertAll(place => place.Batches);
        Assert.That(store.Refusals, Is.Positive, "the one after 10 failed, and was repaired by 15 at the latest");
        Assert.That(new long[] { 5, 15, 20, 25, 30, 35, 40 }, Is.SubsetOf(places));
        Assert.That(places.Where(place => place > 15), Is.All.Matches<long>(place => place % 5 == 0));

        // Commits are written beside training: the one after batch 5 is waited for, and the failure of the one after batch 10.
        void Fail()
        {
            batches++;
            if (batches == 9) Wait.Until(() => trainer.NewestCommit is not null);
            if (batches == 11) Wait.Until(() => store.Refusals > 0);
            store.IsFull = batches is > 8 and < 14;
        }
    }

    [Test]
    public async Task What_was_due_when_a_callback_threw_is_committed_before_the_next_batch()
    {
        var store = new MemorySnapshotStore();
        var batches = 0;
        await using (var under = Under(store, 20, Schedule.ByBatches(5), Schedule.ByBatches(1), scored: Throw))
        {
            Assert.ThrowsAsync<InvalidOperationException>(() => under.Trainer.RunAsync());
            await under.Trainer.RunAsync();
        }
        Assert.That((await CommitPlaces.OfAsync(store)).Select(place => place.Batches), Is.EqualTo([5, 10, 15, 20]));

        void Throw()
        {
            if (++batches == 10) throw new InvalidOperationException("on purpose");
        }
    }

    [Test]
    public async Task A_full_snapshot_is_made_beside_training_by_its_schedule()
    {
        var (store, whole) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        OnlineTrainer? trainer = null;
        var most = 0L;
        await using (var under = Under(store, 40, Schedule.ByBatches(2), Schedule.ByBatches(1), Schedule.ByBatches(8), () => WaitForFull()))
        {
            trainer = under.Trainer;
            await under.Trainer.RunAsync();
            var full = under.Trainer.Schedules.Single(s => s.Kind == ScheduleKind.Full);
            Assert.That((full.LastBatches, full.NextBatches), Is.EqualTo((40L, (long?)48)));
            Assert.That(full.LastDuration, Is.GreaterThan(TimeSpan.Zero));
        }
        Assert.That(most, Is.GreaterThanOrEqualTo(4));
        await TrainAsync(whole, 40, Schedule.ByBatches(2), Schedule.ByBatches(1));
        Assert.That((await CommitPlaces.OfAsync(store)).Select(p => p.Batches).Distinct(), Is.EquivalentTo(
            (await CommitPlaces.OfAsync(whole)).Select(p => p.Batches)), "no delta was left out, and none came late");
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));

        // Before the next one is due, so that each is begun: those that are due meanwhile would come after.
        void WaitForFull()
        {
            most = trainer!.Steps / 8;
            if (trainer.Steps % 8 != 6) return;
            var expected = (trainer.Steps - 2) / 8;
            while (trainer.Schedules.Single(s => s.Kind == ScheduleKind.Full).Count < expected) Thread.Sleep(1);
        }
    }

    [Test]
    public async Task A_full_snapshot_is_made_by_the_clock_while_the_stream_is_silent()
    {
        using var time = new ManualTime();
        await using var under = new QuietTrainer(new MemorySnapshotStore(), time, o =>
            (o.Synchronization.FullEvery, o.Synchronization.CompactAfterDeltas) = (TimeSpan.FromSeconds(100), null));
        under.Start();
        for (var commit = 1; commit <= 2; commit++)
        {
            under.Log.Grow(QuietTrainer.BatchSize);
            await under.PassUntilAsync(() => under.Trainer.NewestCommit?.Number >= (ulong)commit);
        }
        await under.PassUntilAsync(() => Count(under.Trainer, ScheduleKind.Full) == 1);
        for (var i = 0; i < 50; i++)
        {
            time.Advance(TimeSpan.FromSeconds(100));
            await Task.Yield();
        }
        Assert.That(Count(under.Trainer, ScheduleKind.Full), Is.EqualTo(1), "nothing was committed since");
        await under.StopAsync();
    }

    [Test]
    public async Task The_schedules_of_commits_are_shown()
    {
        await using var under = Under(new MemorySnapshotStore(), 12, Schedule.ByBatches(5), Schedule.ByExamples(300));
        Assert.That(under.Trainer.Schedules.Select(s => s.Kind), Is.EqualTo(
            new[] { ScheduleKind.Sparse, ScheduleKind.Dense, ScheduleKind.Full, ScheduleKind.Eviction }));
        await under.Trainer.RunAsync();
        var sparse = under.Trainer.Schedules[0];
        Assert.That((sparse.Count, sparse.LastBatches, sparse.NextBatches), Is.EqualTo((2L, 10L, (long?)15)));
        Assert.That(sparse.LastTime, Is.Not.Null);
        Assert.That(Count(under.Trainer, ScheduleKind.Dense), Is.EqualTo(2), "with the first, and after 300 examples");
    }

    [Test]
    public async Task A_full_that_follows_no_scheduled_commit_says_no_next_place([Values] bool commits)
    {
        await using var under = Under(
            new MemorySnapshotStore(), 12, commits ? Schedule.ByBatches(2) : Schedule.Never, Schedule.ByBatches(1),
            Schedule.FirstOf(Schedule.ByBatches(5), Schedule.ByExamples(1000), Schedule.ByEventTime(TimeSpan.FromHours(1))));
        await under.Trainer.RunAsync();
        var full = under.Trainer.Schedules.Single(s => s.Kind == ScheduleKind.Full);
        Assert.That(full.NextBatches, Is.EqualTo(commits ? 15 : (long?)null));
        Assert.That((full.NextExamples is null, full.NextEventTime is null), Is.EqualTo((!commits, !commits)));
    }

    [Test]
    public async Task A_schedule_by_event_time_that_waits_for_ever_is_told_once([Values] bool hasTimes)
    {
        var log = new FakeLogger();
        using var time = new ManualTime();
        var encoded = hasTimes ? time.GetUtcNow() : (DateTimeOffset?)null;
        await using var under = new QuietTrainer(new MemorySnapshotStore(), time, o =>
            (o.Logger, o.Synchronization.SparseEvery) = (log, Schedule.ByEventTime(TimeSpan.FromSeconds(1))), eventTime: encoded);
        under.Log.Grow(QuietTrainer.BatchSize * 300);
        under.Log.End();
        under.Start();
        await under.Run;
        var told = log.Collector.GetSnapshot().Where(r => r.Id.Id == 3013).ToList();
        Assert.That(told, Has.Count.EqualTo(hasTimes ? 0 : 1));
        if (!hasTimes) Assert.That(told[0].Message, Does.Contain("After 100 batches").And.Contain(": Sparse."));
    }

    [Test]
    public void Schedules_that_make_no_sense_are_refused_all_at_once()
    {
        var options = new OnlineTrainerOptions { EvictEvery = Schedule.ByExamples(0) };
        options.Synchronization.SparseEvery = TimeSpan.Zero;
        options.Synchronization.DenseEvery = TimeSpan.FromSeconds(-2);
        options.Synchronization.FullEvery = Schedule.FirstOf(Schedule.ByBatches(-1), Schedule.ByEventTime(TimeSpan.Zero));
        Assert.That(OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(options)), Is.EquivalentTo(new[]
        {
            "EvictEvery", "Synchronization.SparseEvery", "Synchronization.DenseEvery", "Synchronization.FullEvery",
            "Synchronization.FullEvery",
        }));
        options = new OnlineTrainerOptions { EvictEvery = Schedule.Never };
        (options.Synchronization.SparseEvery, options.Synchronization.DenseEvery) = (Schedule.Never, TimeSpan.Zero);
        Assert.That(() => OptionErrors.ThrowIfInvalid(options), Throws.Nothing);
        Assert.That(options.Copy().Synchronization.DenseEvery, Is.EqualTo(Schedule.ByBatches(1)), "zero is with each, as it was");
    }

    private static long Count(OnlineTrainer trainer, ScheduleKind kind) => trainer.Schedules.Single(s => s.Kind == kind).Count;

    private static IEnumerable<long> Stops(Random random) =>
        Enumerable.Range(0, 4).Select(_ => random.NextInt64(1, Batches)).Order();

    private static TrainerUnderTest Under(
        SnapshotStore store, long batches, Schedule sparse, Schedule dense, Schedule full = default, Action? scored = null,
        bool commitAtEnd = false) =>
        new(store, batches, o =>
        {
            var s = o.Synchronization;
            (s.SparseEvery, s.DenseEvery, s.FullEvery, s.CommitAtEnd, s.CompactAfterDeltas) = (sparse, dense, full, commitAtEnd, null);
            s.Retention = new() { Commits = 1000, Age = TimeSpan.Zero, MaxFulls = null };
            o.Scored = (_, _) => scored?.Invoke();
        });

    private static async Task<string[]> TrainAsync(
        SnapshotStore store, long batches, Schedule sparse, Schedule dense, Schedule full = default, Action? scored = null,
        bool commitAtEnd = false)
    {
        await using var under = Under(store, batches, sparse, dense, full, scored, commitAtEnd);
        await under.Trainer.RunAsync();
        return SavedState.Of(under.Tables);
    }
}
