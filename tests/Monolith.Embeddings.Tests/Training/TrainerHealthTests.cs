using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>What a trainer says of itself.</summary>
public class TrainerHealthTests : LeakChecked
{
    [Test]
    public async Task A_stream_that_falls_quiet_is_no_trainer_that_fails()
    {
        using var time = new ManualTime();
        var store = new FaultyStore();
        await using var under = new QuietTrainer(
            store, time, o => o.Synchronization.Failures = new() { RetryAfter = TimeSpan.FromSeconds(1) });
        TrainerStatus Status() => under.Trainer.GetHealth().Status;
        Assert.That(Status(), Is.EqualTo(TrainerStatus.Idle));
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        await under.PassUntilAsync(() => under.Trainer.NewestCommit is not null);
        Assert.That(Status(), Is.EqualTo(TrainerStatus.Training));
        await under.PassUntilAsync(() => under.Trainer.GetHealth().BatchAge > TimeSpan.FromMinutes(1));
        Assert.That(Status(), Is.EqualTo(TrainerStatus.StreamQuiet));
        Assert.That(under.Trainer.GetHealth(quietAfter: TimeSpan.FromHours(1)).Status, Is.EqualTo(TrainerStatus.Training));
        store.IsFull = true;
        under.Log.Grow(5);
        await under.LearnedAsync(25);
        await under.PassUntilAsync(() => under.Trainer.FailedCommitsInARow > 1);
        var health = under.Trainer.GetHealth();
        Assert.That((health.Status, health.LastFailure), Is.EqualTo((TrainerStatus.CommitsFailing, under.Trainer.LastCommitFailure)));
        Assert.That(health.Description, Does.Contain("commits failed in a row"));
        store.IsFull = false;
        await under.PassUntilAsync(() => under.Trainer.FailedCommitsInARow == 0);
        await under.EndAsync();
        Assert.That((Status(), under.Trainer.GetHealth().Examples), Is.EqualTo((TrainerStatus.Idle, 25L)));
    }

    [Test]
    public async Task What_is_late_falls_behind_where_a_lag_is_given()
    {
        using var time = new ManualTime();
        await using var under = new QuietTrainer(new MemorySnapshotStore(), time, eventTime: time.GetUtcNow().AddHours(-3));
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        Assert.That(under.Trainer.GetHealth().Status, Is.EqualTo(TrainerStatus.Training));
        var health = under.Trainer.GetHealth(maxLag: TimeSpan.FromHours(1));
        Assert.That((health.Status, health.EventTimeLag), Is.EqualTo((TrainerStatus.FallingBehind, (TimeSpan?)TimeSpan.FromHours(3))));
        await under.EndAsync();
    }

    [Test]
    public async Task A_held_gate_is_shown_until_it_opens_and_is_no_failure()
    {
        using var time = new ManualTime();
        var store = new FaultyStore();
        await using var under = new QuietTrainer(store, time, o =>
        {
            o.Synchronization.Gate = new();
            o.Synchronization.Failures = new() { RetryAfter = TimeSpan.FromSeconds(1) };
        });
        TrainerHealth Health() => under.Trainer.GetHealth();
        under.Trainer.Gate!.Hold("a release");
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        await under.PassUntilAsync(() => Health().Publication!.IsHeld);
        Assert.That(Health().Status, Is.EqualTo(TrainerStatus.PublicationHeld));
        Assert.That(Health().Description, Does.Contain("replicas get nothing").And.Contain("a release"));
        await under.PassUntilAsync(() => Health().BatchAge > TimeSpan.FromMinutes(2));
        Assert.That(Health().Status, Is.EqualTo(TrainerStatus.PublicationHeld), "worse than a quiet stream");
        store.IsFull = true;
        under.Trainer.Gate.Release();
        await under.PassUntilAsync(() => under.Trainer.FailedCommitsInARow > 1);
        Assert.That(Health().Status, Is.EqualTo(TrainerStatus.CommitsFailing), "better than a failure");
        Assert.That(Health().Publication!.IsHeld, "what should open it was not committed");
        store.IsFull = false;
        await under.PassUntilAsync(() => !Health().Publication!.IsHeld);
        Assert.That(Health().Status, Is.EqualTo(TrainerStatus.StreamQuiet));
        await under.EndAsync();
    }

    [Test]
    public async Task A_model_that_diverged_is_logged_counted_and_told_of_to_replicas()
    {
        using var time = new ManualTime();
        using var measured = new Measured("monolith.training.divergences");
        var (store, log) = (new MemorySnapshotStore(), new FakeLogger());
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", r => r.Bias(new FtrlOptions()));
        var (slot, click) = (builder.Slot("id", "ids"), builder.Task("click"));
        var schema = builder.Build();
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1 << 24 }, time);
        using var model = new DivergingModel(new LogisticRegression(schema));
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w.Id(slot, i).Label(click, i % 2 == 0));
        await using var trainer = new OnlineTrainer(
            tables, model, ExampleSource.From(() => Enumerable.Range(0, 100), encoder, 10), store, new() { Logger = log }, time);
        model.DivergesAfter = 5;
        var cause = Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.RunAsync());
        var health = trainer.GetHealth();
        Assert.That((health.Status, health.LastFailure), Is.EqualTo((TrainerStatus.Diverged, (object?)cause)));
        var told = log.Collector.GetSnapshot().Single(r => r.Id.Id == 3023);
        Assert.That((told.Level, told.Exception), Is.EqualTo((Microsoft.Extensions.Logging.LogLevel.Critical, (object)cause!)));
        Assert.That(measured.Since("monolith.training.divergences"), Is.EqualTo(1));
        var manifest = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);
        Assert.That((manifest.Heartbeat!.State, manifest.Newest), Is.EqualTo((HeartbeatState.Diverged, (object?)null)));
    }
}
