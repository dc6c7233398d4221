using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training.Publication;

/// <summary>A trainer that holds commits back from replicas.</summary>
public class PublicationGateTests : LeakChecked
{
    private const long Batches = 60;

    [Test]
    public async Task It_decides_as_plain_sums_do_however_often_it_restarts([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var (minExamples, startAfter) = (random.Next(1, 200), random.Next(3) == 0 ? random.Next(500) : 0);
        // Bounds in the middle of what comes, so that both happen.
        var free = new GateOracle(new(), minExamples, startAfter);
        await TrainAsync(new MemorySnapshotStore(), Batches, null, free);
        // No number that occurs: sums in another order end in other bits.
        var (loss, calibration) =
            (1.0001 * Median(free.Windows.Select(w => w.LogLoss)), 1.0001 * Median(free.Windows.Select(w => w.Calibration)));
        var bounds = (seed % 4) switch
        {
            0 => new PublicationBounds { MaxLogLoss = loss },
            1 => new() { MaxLogLossRise = 0.01 },
            2 => new() { MaxCalibration = calibration, Task = "click" },
            _ => new PublicationBounds { MinCalibration = calibration * 0.9, MaxLogLoss = loss * 1.05 },
        };
        var gate = new PublicationGateOptions { Bounds = [bounds], MinExamples = minExamples, StartAfterExamples = startAfter };
        var oracle = new GateOracle(bounds, minExamples, startAfter);
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var state = await TrainAsync(whole, Batches, gate, oracle);
        Assert.That(await HeldAsync(whole), Is.EqualTo(oracle.Decisions));
        Assert.That(oracle.Decisions, Does.Contain(true).And.Contain(false));
        foreach (var stop in Enumerable.Range(0, 4).Select(_ => random.NextInt64(1, Batches)).Order().Append(Batches))
            await TrainAsync(parts, stop, gate);
        Assert.That(await HeldAsync(parts), Is.EqualTo(oracle.Decisions), "a restart decides nothing");
        Assert.That(await TrainAsync(parts, Batches, gate), Is.EqualTo(state));
        Assert.That(await TrainAsync(new MemorySnapshotStore(), Batches, null), Is.EqualTo(state), "training does not depend on it");
    }

    [Test]
    public async Task A_probe_set_that_waits_for_rows_is_waited_for_before_the_first_batch_until_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var probe = new EndlessSource(CrashScenario.CreateSchema());
        await using var under = Under(new MemorySnapshotStore(), Batches, new() { Probe = probe }, _ => { });
        var run = under.Trainer.RunAsync(cancellationToken: stop.Token);
        await probe.Asked;
        stop.Cancel();
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(under.Trainer.Steps, Is.Zero);
    }

    [Test]
    public async Task By_hand_commits_are_held_and_let_through_and_replicas_have_what_was_published([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var store = new MemorySnapshotStore();
        var (isHeldByHand, isForced) = (false, false);
        var expected = new List<bool>();
        ModelReplica? replica = null;
        Schedule? users = seed % 2 == 0 ? Schedule.ByBatches(3) : null;
        foreach (var stop in Enumerable.Range(0, 3).Select(_ => random.NextInt64(1, Batches)).Order().Append(Batches))
        {
            OnlineTrainer trainer = null!;
            await using var under = Under(store, stop, new(), o =>
            {
                o.Scored = (_, _) =>
                {
                    var what = random.Next(12);
                    if (what == 0) trainer.Gate!.Hold("a test");
                    if (what == 1) trainer.Gate!.Release();
                    if (what == 2) trainer.Gate!.PublishNext();
                    (isHeldByHand, isForced) = (what == 0 || (isHeldByHand && what != 1), what == 2 || (isForced && what != 0));
                    expected.Add(isHeldByHand && !isForced);
                    isForced = false;
                };
                o.Synchronization.CompactAfterDeltas = 5;
            }, CrashScenario.CreateSchema(users), () => FollowAsync().GetAwaiter().GetResult());
            trainer = under.Trainer;
            await trainer.RunAsync();
            Assert.That(trainer.Gate!.Status.IsHeld, Is.EqualTo(expected[^1]));
            Assert.That(trainer.Gate.Status.HeldByHand, isHeldByHand ? Is.EqualTo("a test") : Is.Null);
            var held = expected.Count - 1 - expected.LastIndexOf(false);
            Assert.That(trainer.Gate.Status.HeldCommits, Is.EqualTo(held));
            Assert.That(trainer.Gate.Status.PublishedNumber, Is.EqualTo((ulong)(expected.LastIndexOf(false) + 1)));
        }
        Assert.That(await HeldAsync(store), Is.EqualTo(expected));
        await replica!.DisposeAsync();

        async Task FollowAsync()
        {
            if (expected.TrueForAll(held => held)) return;
            var schema = CrashScenario.CreateSchema();
            replica ??= await ModelReplica.OpenAsync(
                store, CrashScenario.CreateModel(schema), new() { PollEvery = Timeout.InfiniteTimeSpan });
            if (random.Next(3) == 0) return;
            await replica.CatchUpAsync();
            var manifest = await ManifestAsync(store);
            Assert.That(replica.Version.PublishedNumber, Is.EqualTo(manifest.Published!.Newest!.Number));
            var isOpening = manifest.Commits.DistinctBy(commit => commit.Number).TakeLast(2).Select(commit => commit.IsHeld)
                .SequenceEqual([true, false]);
            foreach (var table in new[] { "users", "items" })
            {
                var rows = new float[RestoredTables.Ids.Length * 5];
                replica.Lookup(table, RestoredTables.Ids, rows);
                var number = replica.Version.NumberOf(table);
                Assert.That(number, Is.LessThanOrEqualTo(replica.Version.PublishedNumber));
                // What was held comes whole, also of a table that is not due.
                if (table == "items" || isOpening) Assert.That(number, Is.EqualTo(replica.Version.PublishedNumber), table);
                if (random.Next(4) > 0) continue;
                var (_, weights) = await RestoredTables.WeightsAsync(store, manifest, number, table);
                Assert.That(rows.AsSpan().SequenceEqual(weights), $"'{table}' of {number}");
            }
        }
    }

    [Test]
    public async Task What_a_person_lets_through_comes_at_once_though_the_stream_is_silent([Values] bool isForced)
    {
        using var time = new ManualTime();
        var log = new FakeLogger();
        await using var under = new QuietTrainer(
            new MemorySnapshotStore(), time, o => (o.Synchronization.Gate, o.Logger) = (new(), log));
        under.Trainer.Gate!.Hold("a look at it first");
        under.Start();
        for (var burst = 1; burst <= 2; burst++)
        {
            under.Log.Grow(QuietTrainer.BatchSize);
            await under.PassUntilAsync(() => under.Trainer.NewestCommit?.Number >= (ulong)burst);
        }
        Assert.That(under.Trainer.Gate.Status.Description, Does.Contain("a look at it first").And.Contain("2 commits"));
        for (var i = 0; i < 20; i++)
        {
            time.Advance(10 * QuietTrainer.Every);
            await Task.Yield();
        }
        Assert.That(under.Trainer.NewestCommit!.Number, Is.EqualTo(2), "silence is not committed");
        if (isForced) under.Trainer.Gate.PublishNext();
        else under.Trainer.Gate.Release();
        await under.PassUntilAsync(() => under.Trainer.NewestCommit?.Number == 3);
        Assert.That(under.Trainer.NewestCommit!.IsHeld, Is.False);
        Wait.Until(() => !under.Trainer.Gate.Status.IsHeld);
        var told = log.Collector.GetSnapshot().Where(r => r.Id.Id is 3050 or 3051).Select(r => (r.Id.Id, r.Level, r.Message)).ToList();
        Assert.That(told.Select(t => (t.Id, t.Level)), Is.EqualTo(new[] { (3050, LogLevel.Warning), (3051, LogLevel.Information) }));
        Assert.That(told[0].Message, Does.Contain("Commit 1").And.Contain("a look at it first"));
        Assert.That(told[1].Message, Does.Contain("commit 3").And.Contain("the 2 that"));
        await under.StopAsync();
    }

    [Test]
    public async Task Scores_of_the_probe_set_that_change_hold_commits_until_a_person_says_that_it_is_meant()
    {
        var store = new MemorySnapshotStore();
        var gate = new PublicationGateOptions { ProbeExamples = 40, ChangedBy = 0.001, MaxChangedShare = 0.1 };
        gate.Probe = CrashScenario.CreateSource(CrashScenario.CreateSchema(), 2);
        await TrainAsync(store, 20, gate);
        var before = await HeldAsync(store);
        Assert.That(before, Does.Contain(true));
        Assert.That(before[^1], Is.True, "scores do not come back by themselves");
        var shares = new List<double?>();
        OnlineTrainer trainer = null!;
        await using (var under = Under(store, 23, gate, o => o.Scored = (_, _) =>
        {
            shares.Add(trainer.Gate!.Status.ChangedShare);
            if (shares.Count == 3) trainer.Gate.PublishNext();
        }))
        {
            trainer = under.Trainer;
            await trainer.RunAsync();
            Assert.That(trainer.Gate!.Status.ChangedShare, Is.Zero, "what was let through is what is compared with");
        }
        Assert.That((await HeldAsync(store))[22], Is.False, "commit 23 was let through");
        Assert.That(shares[0], Is.GreaterThan(0.1), "what was known before the restart is known");
    }

    [Test]
    public async Task People_who_are_forgotten_leave_replicas_though_commits_are_held([Values] bool isFullHeld, [Values] bool isSlow)
    {
        var store = new MemorySnapshotStore();
        var schema = CrashScenario.CreateSchema(isSlow ? Schedule.ByBatches(8) : null);
        await using var under = Under(store, 10, isSlow ? null : new(), schema: schema);
        await under.Trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(
            store, CrashScenario.CreateModel(CrashScenario.CreateSchema()), new() { PollEvery = Timeout.InfiniteTimeSpan });
        var before = Users(replica);
        var people = RestoredTables.Ids.Where((_, i) => before[i] is not null).Take(5).ToArray();
        Assert.That(people, Has.Length.EqualTo(5));
        under.Trainer.Gate?.Hold("a test");
        if (isFullHeld && !isSlow) await BreakAsync(store);
        var report = await under.Trainer.ForgetAsync(new ForgetRequest().Add("users", people));
        Assert.That(report.RowsRemoved, Is.EqualTo(5));
        await replica.CatchUpAsync();
        Assert.That(replica.Version.PublishedNumber, isSlow ? Is.EqualTo(replica.Version.Number) : Is.EqualTo(10ul));
        foreach (var person in people) before[Array.IndexOf(RestoredTables.Ids, person)] = null;
        Assert.That(Users(replica), Is.EqualTo(before), "nothing else changed");
        if (isFullHeld && !isSlow) Assert.That((await ManifestAsync(store)).Commits, Has.Some.Matches<SnapshotCommit>(c => c.IsHeldFull));
    }

    // The next commit is a full.
    private static async Task BreakAsync(SnapshotStore store) =>
        await store.DeleteAsync((await ManifestAsync(store)).Newest!.Training.Name);

    private static string?[] Users(ModelReplica replica)
    {
        var weights = new float[5];
        return
        [
            .. RestoredTables.Ids.Select(id => replica.Lookup("users", [id], weights) == 0 ? null : string.Join(' ', weights)),
        ];
    }

    [Test]
    public async Task A_trainer_without_a_gate_publishes_what_was_held_and_one_with_other_bounds_looks_again()
    {
        var (store, loose) = (new MemorySnapshotStore(), new PublicationGateOptions { MinExamples = 1 });
        var tight = new PublicationGateOptions { MinExamples = 1, Bounds = [new() { MaxLogLoss = 1e-9 }] };
        await TrainAsync(store, 5, tight);
        await TrainAsync(store, 6, null);
        await TrainAsync(store, 8, tight);
        await TrainAsync(store, 9, loose);
        // What is held comes at once, and then a commit a batch.
        Assert.That(string.Join(' ', await HeldAsync(store)), Is.EqualTo("True True True True True False False True True False False"));
    }

    [Test]
    public async Task What_was_let_through_is_what_later_windows_are_compared_with_also_after_a_restart()
    {
        var gate = new PublicationGateOptions { MinExamples = 1, Bounds = [new() { MaxLogLossRise = 1 }], MaxChangedShare = 0.001 };
        (gate.ProbeExamples, gate.ChangedBy) = (40, 0.0001);
        gate.Probe = CrashScenario.CreateSource(CrashScenario.CreateSchema(), 2);
        var (store, batches) = (new MemorySnapshotStore(), 0);
        OnlineTrainer trainer = null!;
        await using (var under = Under(store, 10, gate, o => o.Scored = (_, _) =>
        {
            if (++batches == 10) trainer.Gate!.PublishNext();
        }))
        {
            trainer = under.Trainer;
            await trainer.RunAsync();
            Assert.That(await HeldAsync(store), Does.Contain(true));
            Assert.That(trainer.Gate!.Status.ChangedShare, Is.Zero);
            var window = trainer.Gate.Status.Windows.Single();
            Assert.That(window.PublishedLogLoss, Is.EqualTo(window.LogLoss), "not a part of it");
        }
        await using var again = Under(store, 10, gate);
        await again.Trainer.RunAsync();
        Assert.That(again.Trainer.Gate!.Status.ToString(), Is.EqualTo(trainer.Gate!.Status.ToString()));
    }

    [Test]
    public async Task What_is_said_before_a_run_holds_though_the_store_says_otherwise()
    {
        var store = new MemorySnapshotStore();
        foreach (var (stop, say) in new (long, Action<PublicationGate>)[]
        {
            (2, _ => { }), (4, gate => { gate.PublishNext(); gate.Hold("before the run"); }), (6, _ => { }),
            (8, gate => gate.PublishNext()), (10, gate => gate.Release()), (12, _ => { }),
        })
        {
            await using var under = Under(store, stop, new());
            say(under.Trainer.Gate!);
            await under.Trainer.RunAsync();
        }
        // A commit that brings what was held comes before the next batch.
        Assert.That(string.Concat((await HeldAsync(store)).Select(held => held ? 'h' : '-')), Is.EqualTo("--hhhh-hh-----"));
    }

    [Test]
    public async Task A_commit_that_fails_neither_opens_nor_closes_it()
    {
        var (store, batches) = (new FaultyStore(), 0);
        OnlineTrainer trainer = null!;
        await using var under = Under(store, 12, new(), o => o.Scored = (_, _) =>
        {
            batches++;
            if (batches == 3) trainer.Gate!.Hold("a test");
            if (batches == 6) trainer.Gate!.PublishNext();
            store.IsFull = batches is 6 or 7;
            if (batches is 7 or 8) Assert.That(trainer.Gate!.Status.IsHeld);
        });
        trainer = under.Trainer;
        await trainer.RunAsync();
        var held = await HeldAsync(store);
        Assert.That(held.Count(isHeld => !isHeld), Is.EqualTo(3), "two before, and the one that was let through, once it could be written");
        Assert.That(held[^1], Is.True);
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        var options = new OnlineTrainerOptions
        {
            Snapshots = { PublishServing = false },
            Synchronization =
            {
                Gate = new()
                {
                    MinExamples = 0,
                    ProbeExamples = 0,
                    ChangedBy = double.NaN,
                    MaxChangedShare = 1.5,
                    Bounds = [new() { MaxLogLoss = 0, MaxLogLossRise = double.NaN }, new() { MinCalibration = 2, MaxCalibration = 1 }],
                },
            },
        };
        var failures = OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(options));
        string[] names =
        [
            "MinExamples", "ProbeExamples", "ChangedBy", "MaxChangedShare", "MaxLogLoss", "MinCalibration",
            "has two bounds for all tasks", "PublishServing",
        ];
        foreach (var name in names)
            Assert.That(failures, Has.Some.Contains(name));
        var unknown = new PublicationGateOptions { Bounds = [new() { Task = "buy" }] };
        Assert.That(() => new PublicationGate(unknown, CrashScenario.CreateSchema(), NullLogger.Instance, TimeProvider.System),
            Throws.ArgumentException.With.Message.Contains("'buy'"));
    }

    [Test]
    public async Task A_probe_set_without_examples_is_refused_before_the_first_batch()
    {
        var (store, schema) = (new MemorySnapshotStore(), CrashScenario.CreateSchema());
        await using var under = Under(store, Batches, new() { Probe = CrashScenario.CreateSource(schema, 0) });
        Assert.That(() => under.Trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains("has no example"));
        Assert.That(under.Trainer.Steps, Is.Zero);
        Assert.That(await new SnapshotPublisher(store).ReadAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_reason_must_be_one()
    {
        await using var under = Under(new MemorySnapshotStore(), 1, new());
        Assert.That(() => under.Trainer.Gate!.Hold(" "), Throws.ArgumentException);
        Assert.That(() => under.Trainer.Gate!.Hold(new string('x', 501)), Throws.ArgumentException);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static async Task<List<bool>> HeldAsync(SnapshotStore store) =>
        [.. (await ManifestAsync(store)).Commits.DistinctBy(commit => commit.Number).Select(commit => commit.IsHeld)];

    private static async Task<SnapshotManifest> ManifestAsync(SnapshotStore store) =>
        (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;

    private static TrainerUnderTest Under(
        SnapshotStore store, long batches, PublicationGateOptions? gate, Action<OnlineTrainerOptions>? configure = null,
        FeatureSchema? schema = null, Action? committed = null) => new(store, batches, o =>
        {
            o.Synchronization.Gate = gate;
            (o.Synchronization.CommitAtEnd, o.Synchronization.CompactAfterDeltas) = (false, null);
            o.Synchronization.Retention = new() { Commits = 1000, Age = TimeSpan.Zero, MaxFulls = null };
            configure?.Invoke(o);
        }, schema, _ => committed?.Invoke());

    private static async Task<string[]> TrainAsync(
        SnapshotStore store, long batches, PublicationGateOptions? gate, GateOracle? oracle = null)
    {
        await using var under = Under(store, batches, gate, o => o.Scored = oracle is null ? null : oracle.Add);
        await under.Trainer.RunAsync();
        return SavedState.Of(under.Tables);
    }
}
