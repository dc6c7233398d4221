using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Serving;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Drills;

/// <summary>
/// What an operator meets: of each fault there is a line in the log, a metric that moves, and a status that says so. The page
/// docs/guide/operations.md lists them.
/// </summary>
public class FaultDrillTests : LeakChecked
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(10);

    private readonly string _name = "drilled " + Guid.NewGuid();
    private FakeLogger _log = null!;

    [SetUp]
    public void Begin() => _log = new FakeLogger();

    [Test]
    public async Task The_disk_is_full()
    {
        using var time = new ManualTime();
        using var measured = new Measured("monolith.training.commit_failures", "monolith.snapshot.failures");
        var store = new Monolith.Embeddings.Tests.Snapshots.FaultyStore
        {
            IsFull = true,
            Cause = new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28),
        };
        await using var under = new QuietTrainer(store, time, o => o.Logger = _log);
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        await under.PassUntilAsync(() => Logged(3000));
        Assert.That(measured.Since("monolith.training.commit_failures kind=out_of_room"), Is.Positive);
        Assert.That(under.Trainer.GetHealth().Status, Is.EqualTo(TrainerStatus.CommitsFailing));
        store.IsFull = false;
        await under.PassUntilAsync(() => Logged(3002) && under.Trainer.FailedCommitsInARow == 0);
        Assert.That(under.Trainer.GetHealth().Status, Is.Not.EqualTo(TrainerStatus.CommitsFailing));
        await under.EndAsync();
    }

    [Test]
    public async Task A_dead_trainer_and_a_quiet_stream_look_different([Values] bool isDead)
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        await BeatAsync(trained, uncommitted: 0);
        await using var replica = await OpenAsync(trained);
        using var measured = new Measured("monolith.replica");
        for (var seconds = 0; seconds < 120; seconds++)
        {
            trained.Time.Advance(TimeSpan.FromSeconds(1));
            if (!isDead && seconds % 10 == 0) await BeatAsync(trained, uncommitted: 0);
            await replica.CatchUpAsync();
        }
        // A commit of two minutes is old, either way.
        var health = replica.GetHealth(maxAge: TimeSpan.FromSeconds(30));
        Assert.That(health.Lag.Age, Is.GreaterThan(TimeSpan.FromMinutes(1.9)));
        var silence = measured.Now()[$"monolith.replica.trainer.silence replica={_name}"];
        var status = isDead ? ReplicaStatus.TrainerSilent : ReplicaStatus.StreamQuiet;
        Assert.That((health.Status, silence > 30), Is.EqualTo((status, isDead)), health.Description);
        var name = isDead ? "trainer_silent" : "stream_quiet";
        Assert.That(measured.Now()[$"monolith.replica.status replica={_name} status={name}"], Is.EqualTo(1));
        Assert.That(_log.Collector.GetSnapshot().Count(r => r.Id.Id == 4010), Is.EqualTo(isDead ? 1 : 0), "told once");
        if (!isDead) return;
        await BeatAsync(trained, uncommitted: 3);
        await replica.CatchUpAsync();
        AssertLogged(4011);
        Assert.That(replica.GetHealth(TimeSpan.FromSeconds(30)).Status, Is.EqualTo(ReplicaStatus.Behind), "it learns, and commits nothing");
    }

    [Test]
    public async Task A_sender_has_a_wrong_clock()
    {
        using var measured = new Measured("monolith.training.event_times");
        var worst = TrainerStatus.Idle;
        TimedTrainer under = null!;
        await using (under = new TimedTrainer(TimedTrainer.SixtyDays(600, 200), configure: o =>
        {
            o.Logger = _log;
            o.Scored = (_, _) => worst = under.Trainer.GetHealth().Status is var now && now > worst ? now : worst;
        }))
            await under.Trainer.RunAsync();
        AssertLogged(3010);
        Assert.That(measured.Since("monolith.training.event_times kind=future"), Is.GreaterThanOrEqualTo(200));
        Assert.That(worst, Is.EqualTo(TrainerStatus.ClockWrong));
    }

    [Test]
    public async Task A_slot_falls_silent()
    {
        using var measured = new Measured("monolith.input.silence");
        using var under = new TwoSlots(_name, _log, hasTag: i => i < 500);
        var (worst, silence) = (new TrainerHealth { Status = TrainerStatus.Idle, Examples = 0 }, 0.0);
        under.Scored = () =>
        {
            if (under.Trainer.GetHealth() is var health && health.Status > worst.Status) worst = health;
            silence = measured.Now()[$"monolith.input.silence model={_name} slot=tag"];
        };
        await under.Trainer.RunAsync();
        AssertLogged(3021);
        Assert.That(silence, Is.EqualTo(TwoSlots.Examples - 500));
        Assert.That((worst.Status, worst.SilentSlots), Is.EqualTo((TrainerStatus.SlotSilent, new[] { "tag" })));
        Assert.That(worst.Description, Does.Contain("'tag'"));
    }

    [Test]
    public async Task The_model_diverges()
    {
        using var measured = new Measured("monolith.training", "monolith.replica.status");
        using var under = new TwoSlots(_name, _log, hasTag: _ => true) { DivergesAfter = 20 };
        Assert.ThrowsAsync<TrainingDivergedException>(() => under.Trainer.RunAsync());
        AssertLogged(3023);
        Assert.That(measured.Since("monolith.training.divergences"), Is.EqualTo(1));
        Assert.That(measured.Now()[$"monolith.training.status model={_name} status=diverged"], Is.EqualTo(1));
        Assert.That(under.Trainer.GetHealth().Status, Is.EqualTo(TrainerStatus.Diverged));
        await using var replica = await under.OpenReplicaAsync(_name, _log);
        await replica.CatchUpAsync();
        AssertLogged(4012);
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.TrainerDiverged));
        Assert.That(measured.Now()[$"monolith.replica.status replica={_name} status=trainer_diverged"], Is.EqualTo(1));
    }

    [TestCase("damage", "damaged")]
    [TestCase("cut off", "storage")]
    [TestCase("set back", "mismatch")]
    public async Task A_replica_cannot_follow(string fault, string kind)
    {
        using var trained = new TrainedModel();
        var store = new Monolith.Embeddings.Tests.Serving.FaultyStore(trained.Store);
        trained.Train();
        await trained.CommitAsync();
        var old = await trained.Store.ReadManifestAsync();
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained, store, pollEvery: TimeSpan.FromSeconds(1));
        trained.Train();
        var next = await trained.CommitAsync();
        using var measured = new Measured("monolith.replica");
        if (fault == "damage") store.DamagedName = next.Serving!.Name;
        else if (fault == "cut off") store.Fault = Monolith.Embeddings.Tests.Serving.FaultyStore.NoManifest;
        else store.Manifest = old;
        await PassUntilAsync(trained.Time, () => measured.Since($"monolith.replica.failures kind={kind}") >= 5);
        Assert.That(_log.Collector.GetSnapshot().Count(r => r.Id.Id == 4001), Is.EqualTo(1), "once, though it looked five times");
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Failing));
        Assert.That(measured.Now()[$"monolith.replica.version replica={_name}"], Is.EqualTo(2), "it serves what it had");
        (store.DamagedName, store.Fault, store.Manifest) = ("", "", null);
        await PassUntilAsync(trained.Time, () => replica.Version.Number == 3 && replica.LastFailure is null);
        AssertLogged(4016);
        Assert.That((replica.GetHealth().Status, replica.Version.Number), Is.EqualTo((ReplicaStatus.Following, 3UL)));
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task The_store_is_set_back_and_trained_on()
    {
        using var first = new TrainedModel();
        first.Train();
        await first.CommitAsync();
        var copy = await CopyOfStore.OfAsync(first.Store);
        var store = new SwitchedStore(first.Store);
        first.Train();
        await first.CommitAsync();
        await using var replica = await OpenAsync(first, store);
        using var measured = new Measured("monolith.replica.change.duration");
        store.Inner = copy;
        using var second = new TrainedModel(copy, seed: 2, time: new ManualTime());
        second.Train();
        await second.CommitAsync();
        await replica.CatchUpAsync();
        AssertLogged(4014);
        Assert.That(measured.Has($"monolith.replica.change.duration replica={_name} kind=load"));
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Following));
        second.AssertEquals(replica);
        second.Time.Dispose();
    }

    private static async Task BeatAsync(TrainedModel trained, long uncommitted) => await new SnapshotPublisher(trained.Store).BeatAsync(
        trained.Chain.Id, trained.Chain.Trainer, new SnapshotHeartbeat
        {
            Time = trained.Time.GetUtcNow(),
            Every = Promise,
            State = HeartbeatState.Training,
            Examples = 40 + uncommitted,
            Uncommitted = uncommitted,
            EventTime = DateTimeOffset.UnixEpoch,
        }, default);

    // Lets time pass, so that a replica looks at its store, until something holds.
    private static async Task PassUntilAsync(ManualTime time, Func<bool> holds)
    {
        for (var seconds = 0; !holds(); seconds++)
        {
            Assert.That(seconds, Is.LessThan(2000));
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }
    }

    private Task<ModelReplica> OpenAsync(TrainedModel trained, SnapshotStore? store = null, TimeSpan? pollEvery = null)
    {
        var options = trained.Options(pollEvery: pollEvery);
        (options.Name, options.Logger) = (_name, _log);
        return ModelReplica.OpenAsync(store ?? trained.Store, trained.CreateModel(), options, trained.Time);
    }

    private bool Logged(int id) => _log.Collector.GetSnapshot().Any(record => record.Id.Id == id);

    private void AssertLogged(int id) => Assert.That(_log.Collector.GetSnapshot().Select(r => r.Id.Id), Does.Contain(id));
}
