using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Stores;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// A disk runs full under a trainer: what the chain does not need makes room, and the run ends with the same bits as on a disk without
/// limits.
/// </summary>
public class FullDiskTests : LeakChecked
{
    private const long Steps = 200;
    private const int BatchesARun = 2;

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
        await AssertGoesOnAsync(disk, room: await FullBytesAsync(disk) * 5 / 4, s => s.CompactAfterDeltas = 1_000_000);
    }

    [Test]
    public async Task Before_there_is_no_room_to_fold_the_chain_is_folded()
    {
        var full = await FullBytesAsync(await TrainAsync(Steps));
        var disk = new SimulatedDisk();
        await AssertGoesOnAsync(disk, room: 5 * full, s => s.CompactAfterDeltas = 1_000_000);
        Assert.That(disk.Used, Is.LessThan(5 * full));
    }

    [Test]
    public async Task A_replica_follows_meanwhile()
    {
        var disk = await TrainAsync(100);
        var over = new TaskCompletionSource();
        var following = FollowAsync(Store(disk), over.Task);
        await AssertGoesOnAsync(disk, room: await FullBytesAsync(disk) * 5 / 4, s => s.CompactAfterDeltas = 8);
        over.SetResult();
        Assert.That(await following, Is.EqualTo((await new SnapshotPublisher(Store(disk)).ReadAsync(default))!.Newest!.Number));
    }

    [Test]
    public async Task Where_nothing_can_be_given_up_the_run_ends_and_the_newest_commit_stays()
    {
        var disk = await TrainAsync(20);
        await SnapshotCompactor.CompactAsync(Store(disk));
        await SnapshotCompactor.RetainAsync(Store(disk), new() { Commits = 1, Age = TimeSpan.Zero });
        disk.Capacity = disk.Used;
        await using (var trainer = new TrainerUnderTest(Store(disk), Steps))
        {
            var failure = Assert.ThrowsAsync<SnapshotException>(() => trainer.Trainer.RunAsync());
            Assert.That(failure!.IsOutOfRoom);
        }
        var expected = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(expected, 20, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(Store(disk)), Is.EqualTo(await RestoredTrainer.FromAsync(expected)));
    }

    private static async Task<ulong> FollowAsync(SnapshotStore store, Task over)
    {
        var model = CrashScenario.CreateModel(CrashScenario.CreateSchema());
        await using var replica = await ModelReplica.OpenAsync(store, model, new() { PollEvery = Timeout.InfiniteTimeSpan });
        while (!over.IsCompleted)
        {
            await replica.CatchUpAsync();
            await Task.Yield();
        }
        await replica.CatchUpAsync();
        return replica.Version.Number;
    }

    // What a power cut would leave holds all that the newest commit is restored from.
    private static void AssertWhole(SimulatedDisk disk, Random random)
    {
        var left = disk.AfterPowerCut(random);
        using var bytes = left.Open(DiskManifest.Name);
        var content = new byte[bytes.Length];
        bytes.Read(0, content);
        var files = left.List().ToDictionary(file => file.Name, file => file.Length);
        foreach (var file in SnapshotManifest.Parse(content).NewestChain.SelectMany(commit => commit.Files))
            Assert.That(files.GetValueOrDefault(file.Name), Is.EqualTo(file.Length), file.Name);
    }

    private static FileSnapshotStore Store(SimulatedDisk disk) => new(disk, "simulated");

    private static async Task<SimulatedDisk> TrainAsync(long steps)
    {
        var disk = new SimulatedDisk();
        await TrainAsync(disk, steps, _ => { });
        return disk;
    }

    // In short runs: each ends with a commit, however slow the writing is beside the training.
    private static async Task TrainAsync(SimulatedDisk disk, long steps, Action<SynchronizationOptions> configure)
    {
        var (batches, stop) = (0, new CancellationTokenSource());
        await using var under = new TrainerUnderTest(Store(disk), steps, o =>
        {
            o.Scored = (_, _) =>
            {
                if (++batches % BatchesARun == 0) stop.Cancel();
            };
            KeepAll(o.Synchronization);
            configure(o.Synchronization);
        });
        while (under.Trainer.Steps < steps)
        {
            try
            {
                await under.Trainer.RunAsync(null, stop.Token);
            }
            catch (OperationCanceledException)
            {
            }
            stop.Dispose();
            stop = new CancellationTokenSource();
        }
        stop.Dispose();
    }

    // How long a full of the newest commit is.
    private static async Task<long> FullBytesAsync(SimulatedDisk disk)
    {
        var copy = Store(disk.AfterPowerCut(new Random(1)));
        return (await SnapshotCompactor.CompactAsync(copy))!.Files.Sum(file => file.Length);
    }

    private static void KeepAll(SynchronizationOptions options) =>
        (options.CompactAfterDeltas, options.Retention) = (null, new() { Commits = 1_000_000 });

    private static async Task AssertGoesOnAsync(SimulatedDisk disk, long room, Action<SynchronizationOptions> configure)
    {
        disk.Capacity = disk.Used + room;
        var (looked, hadManifest) = (0, disk.Exists(DiskManifest.Name));
        disk.Before = _ =>
        {
            // Before the first manifest is durable there is nothing to hold.
            if (Interlocked.Increment(ref looked) % 20 == 0 && hadManifest) AssertWhole(disk, new Random(looked));
        };
        await TrainAsync(disk, Steps, configure);
        disk.Before = null;
        Assert.That(looked, Is.GreaterThan(100));
        var whole = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(whole, Steps, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(Store(disk)), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }
}
