using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// A trainer that is disposed while it runs, by callbacks, twice, or by several threads stops whole, and its store is as after a
/// cancellation.
/// </summary>
public class TrainerDisposalTests : LeakChecked
{
    [Test]
    public async Task A_run_under_way_is_stopped_and_waited_for([Values] bool hasStore)
    {
        var (store, learned) = (new MemorySnapshotStore(), new TaskCompletionSource());
        using var goOn = new ManualResetEventSlim();
        await using var under = hasStore ? new TrainerUnderTest(store, CrashScenario.ManySteps, o => o.Scored = (_, _) => Wait()) : null;
        // Without a store, on a stream without an end.
        using var fixture = hasStore ? null : new TrainerFixture(
            (clicks, encoder) => ExampleSource.From(
                () => Enumerable.Repeat(clicks, int.MaxValue).SelectMany(all => all), encoder, TrainerFixture.BatchSize),
            o => o.Scored = (_, _) => Wait());
        var trainer = under?.Trainer ?? fixture!.Trainer;
        var run = Task.Run(() => trainer.RunAsync());
        await learned.Task;
        Task[] disposals = [.. Enumerable.Range(0, 4).Select(_ => trainer.DisposeAsync().AsTask())];
        bool[] ended = [.. disposals.Select(disposal => disposal.IsCompleted)];
        goOn.Set();
        Assert.That(ended, Is.All.False, "the run was in the middle of a batch");
        await Task.WhenAll(disposals);
        var steps = trainer.Steps;
        Assert.That(() => run, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(trainer.Steps, Is.EqualTo(steps), "nothing is learned after the disposal");
        Assert.That(() => trainer.RunAsync(), Throws.InstanceOf<ObjectDisposedException>());
        await trainer.DisposeAsync();
        if (hasStore) await AssertGoesOnAsync(store, under!.Trainer.Steps);

        void Wait()
        {
            learned.TrySetResult();
            goOn.Wait();
        }
    }

    [Test]
    public async Task A_callback_may_dispose_the_trainer([Values] bool waits)
    {
        var store = new MemorySnapshotStore();
        TrainerUnderTest under = null!;
        under = new TrainerUnderTest(store, CrashScenario.ManySteps, o => o.Scored = (_, _) =>
        {
            var disposal = Task.Run(async () => await under.Trainer.DisposeAsync());
            if (waits) disposal.GetAwaiter().GetResult();
        });
        await using var disposed = under;
        Assert.That(() => under.Trainer.RunAsync(), Throws.InstanceOf<ObjectDisposedException>());
        await under.Trainer.DisposeAsync();
        await AssertGoesOnAsync(store, under.Trainer.Steps);
    }

    [Test]
    public async Task A_trainer_that_never_ran_is_disposed_and_refuses()
    {
        await using var under = new TrainerUnderTest(new MemorySnapshotStore(), 100);
        await under.Trainer.DisposeAsync();
        await under.Trainer.DisposeAsync();
        Assert.That(() => under.Trainer.RunAsync(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That((under.Trainer.NewestCommit, under.Trainer.Steps), Is.EqualTo(((SnapshotCommit?)null, 0L)));
    }

    [Test]
    public async Task Tables_may_be_disposed_under_a_run()
    {
        TrainerUnderTest under = null!;
        under = new TrainerUnderTest(new MemorySnapshotStore(), 100, o => o.Scored = (_, _) => under.Tables.Dispose());
        await using var disposed = under;
        Assert.That(() => under.Trainer.RunAsync(), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static async Task AssertGoesOnAsync(MemorySnapshotStore store, long steps)
    {
        await using (var next = new TrainerUnderTest(store, steps + 5))
        {
            await next.Trainer.RunAsync();
            Assert.That(next.Trainer.NewestCommit!.Incarnation, Is.EqualTo(2), "it went on from a commit");
        }
        var whole = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(whole, steps + 5, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }
}
