using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A trainer with a store commits by its schedule, and goes on from there.</summary>
public class TrainerCommitTests : LeakChecked
{
    [Test]
    public async Task A_run_that_goes_on_in_another_trainer_comes_to_the_same_bits()
    {
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(whole, 300, CancellationToken.None);
        foreach (var steps in new long[] { 1, 2, 90, 200, 300 }) await CrashScenario.TrainAsync(parts, steps, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(parts), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }

    [Test]
    public async Task A_cancelled_run_stops_with_a_commit_and_goes_on_from_it()
    {
        var store = new MemorySnapshotStore();
        using var stop = new CancellationTokenSource();
        await using (var first = new TrainerUnderTest(store, 100, o => o.Scored = (_, _) => stop.Cancel()))
        {
            Assert.ThrowsAsync<OperationCanceledException>(() => first.Trainer.RunAsync(null, stop.Token));
            Assert.That(first.Trainer.Steps, Is.EqualTo(1));
        }
        await using var second = new TrainerUnderTest(store, 100);
        await second.Trainer.RunAsync();
        Assert.That(second.Trainer.Steps, Is.EqualTo(100));
        Assert.That(second.Trainer.Examples, Is.EqualTo(100 * CrashScenario.BatchSize));
        Assert.That(
            second.Trainer.Metrics.Total(second.Schema.Tasks[0]).Examples, Is.EqualTo(100 * CrashScenario.BatchSize), "of both runs");
    }

    [Test]
    public async Task A_run_that_ends_where_the_store_is_commits_nothing()
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await using var again = new TrainerUnderTest(store, 10);
        await again.Trainer.RunAsync();
        Assert.That(again.Trainer.NewestCommit, Is.EqualTo((await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!.Newest));
        Assert.That(again.Trainer.NewestCommit!.Incarnation, Is.EqualTo(1));
    }

    [Test]
    public async Task Training_goes_on_while_the_store_refuses_and_the_next_commit_holds_everything()
    {
        var (store, whole) = (new FaultyStore(), new MemorySnapshotStore());
        var batches = 0;
        await using (var trainer = new TrainerUnderTest(
            store, 60, o => o.Scored = (_, _) => Break(batches++)))
            await trainer.Trainer.RunAsync();
        await CrashScenario.TrainAsync(whole, 60, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));

        void Break(int batch) => (store.IsFull, store.LosesAnswers, store.RefusesManifests) =
            (batch is > 5 and < 15, batch is > 20 and < 30, batch is > 35 and < 45);
    }

    [Test]
    public async Task A_run_ends_when_more_commits_failed_than_are_tolerated()
    {
        var store = new FaultyStore();
        await using var trainer = new TrainerUnderTest(store, 60, o =>
        {
            o.Scored = (_, _) => store.IsFull = true;
            o.Synchronization.Failures.Unreachable = 2;
        });
        var failure = Assert.ThrowsAsync<SnapshotException>(() => trainer.Trainer.RunAsync());
        Assert.That(failure!.Fault, Is.EqualTo(SnapshotFault.Storage));
        Assert.That(trainer.Trainer.LastCommitFailure!.Message, Is.EqualTo(failure.Message));
        Assert.That(trainer.Trainer.FailedCommitsInARow, Is.EqualTo(3));
    }

    [Test]
    public async Task A_trainer_whose_store_was_taken_over_ends()
    {
        var store = new MemorySnapshotStore();
        var batches = 0;
        await using var old = new TrainerUnderTest(store, 60, o => o.Scored = (_, _) =>
        {
            if (++batches == 20) CrashScenario.TrainAsync(store, 30, CancellationToken.None).GetAwaiter().GetResult();
        });
        var failure = Assert.ThrowsAsync<SnapshotException>(() => old.Trainer.RunAsync());
        Assert.That(failure!.Fault, Is.EqualTo(SnapshotFault.Refused));
        var expected = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(expected, 30, CancellationToken.None);
        Assert.That(
            await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(expected)), "what the new one committed");
    }

    [Test]
    public async Task A_store_of_another_schema_is_refused_and_leaves_the_tables_empty()
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        await using var other = new TrainerUnderTest(store, 20, schema: TrainerUnderTest.OtherSchema());
        var failure = Assert.ThrowsAsync<SnapshotException>(() => other.Trainer.RunAsync());
        Assert.That(failure!.Fault, Is.EqualTo(SnapshotFault.Mismatch));
        Assert.That(failure.Message, Does.Contain("dimension 4 in the store, 5 here"));
        Assert.That(other.Tables.Count, Is.Zero);
    }

    [Test]
    public async Task A_trainer_that_cannot_use_the_store_fences_nobody_off()
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        await using var other = new TrainerUnderTest(store, 40, model: schema => new DeepFm(schema, new() { Hidden = [9] }));
        var failure = Assert.ThrowsAsync<SnapshotException>(() => other.Trainer.RunAsync());
        Assert.That(failure!.Fault, Is.EqualTo(SnapshotFault.Mismatch));
        Assert.That(other.Tables.Count, Is.Zero);
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Incarnation, Is.EqualTo(1));
    }

    [Test]
    public async Task A_store_that_times_out_is_a_failure_and_no_cancellation()
    {
        var (store, batches) = (new FaultyStore(), 0);
        await using var trainer = new TrainerUnderTest(
            store, 60, o => o.Scored = (_, _) => store.TimesOut = ++batches is > 5 and < 30);
        await trainer.Trainer.RunAsync();
        Assert.That(trainer.Trainer.Steps, Is.EqualTo(60));
        Assert.That(trainer.Trainer.LastCommitFailure, Is.Null);
    }

    [Test]
    public async Task The_source_is_told_which_positions_are_safe()
    {
        var positions = new List<StreamPosition>();
        await using var trainer = new TrainerUnderTest(new MemorySnapshotStore(), 30, committed: positions.Add);
        await trainer.Trainer.RunAsync();
        Assert.That(positions, Is.Not.Empty);
        Assert.That(positions[^1], Is.EqualTo(trainer.Trainer.Position));
    }
}
