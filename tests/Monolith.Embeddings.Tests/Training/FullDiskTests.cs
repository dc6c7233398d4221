using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A disk runs full under a trainer: what the chain can do without makes room, and the run comes to the same bits as on a disk without limits.</summary>
public class FullDiskTests : LeakChecked
{
    private const long Steps = 200;

    [Test]
    public async Task What_retention_drops_makes_room_though_nothing_is_folded([Values(0, 3_000)] long room)
    {
        var disk = await TrainAsync(100);
        await SnapshotCompactor.CompactAsync(Store(disk));
        await AssertGoesOnAsync(disk, room, s => (s.CompactAfterDeltas, s.Retention) = (8, new() { Commits = 1, Age = TimeSpan.Zero }));
    }

    [Test]
    public async Task What_replicas_could_still_follow_makes_room_where_nothing_else_does([Values(0, 3_000)] long room)
    {
        var disk = await TrainAsync(100);
        await SnapshotCompactor.CompactAsync(Store(disk));
        await AssertGoesOnAsync(disk, room, s => s.CompactAfterDeltas = 8);
    }

    [Test]
    public async Task Folding_makes_room_though_no_commit_succeeds()
    {
        var disk = await TrainAsync(100);
        var full = SnapshotManifest.Parse((await Store(disk).ReadManifestAsync())!.Bytes.Span).Commits[0].Files.Sum(f => f.Length);
        await AssertGoesOnAsync(disk, room: 2 * full, s => s.CompactAfterDeltas = 1_000_000);
    }

    private static FileSnapshotStore Store(SimulatedDisk disk) => new(disk, "simulated");

    private static async Task<SimulatedDisk> TrainAsync(long steps)
    {
        var disk = new SimulatedDisk();
        // Slowly, so that there is time for a commit after most batches.
        await using var trainer = new TrainerUnderTest(Store(disk), steps, o =>
        {
            o.Scored = (_, _) => Thread.Sleep(4);
            KeepAll(o.Synchronization);
        });
        await trainer.Trainer.RunAsync();
        Assert.That(trainer.Trainer.NewestCommit!.Number, Is.GreaterThan(10));
        return disk;
    }

    private static void KeepAll(SynchronizationOptions options) => (options.CompactAfterDeltas, options.Retention) = (null, new() { Commits = 1_000_000 });

    private static async Task AssertGoesOnAsync(SimulatedDisk disk, long room, Action<SynchronizationOptions> configure)
    {
        disk.Capacity = disk.Used + room;
        await using (var trainer = new TrainerUnderTest(Store(disk), Steps, o =>
        {
            KeepAll(o.Synchronization);
            configure(o.Synchronization);
        }))
            await trainer.Trainer.RunAsync();
        var whole = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(whole, Steps, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(Store(disk)), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }
}
