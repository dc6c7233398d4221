using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Stores;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// Every operation of the disk under commits, compaction and cleaning fails, tears or is the last before a power cut: what is then restored
/// is what was there at a cut, and no commit that was reported durable is lost.
/// </summary>
public sealed class ChainPowerCutTests : LeakChecked
{
    [Test]
    public async Task Without_a_fault_the_story_ends()
    {
        var disk = new SimulatedDisk();
        var story = await RunAsync(disk);
        Assert.That((story.IsOver, story.Failures), Is.EqualTo((true, 0)));
        Assert.That(disk.List(), Has.Count.EqualTo(5), "A full and a delta of two files each, and the manifest.");
        await story.AssertHeldByAsync(Store(disk.AfterPowerCut(new Random(1))));
    }

    [Test]
    public Task The_power_may_be_cut_at_any_operation() => CutAsync(states: 1, tears: false);

    [Test]
    public async Task The_power_may_be_cut_at_any_operation_of_parts_and_segments()
    {
        var operations = (await RunPartsAsync(new SimulatedDisk())).Disk.Operations;
        foreach (var k in Places.UpTo(operations))
        {
            var disk = new SimulatedDisk();
            disk.FaultAt(k, DiskFault.PowerCut);
            var (story, _) = await RunPartsAsync(disk);
            await story.AssertHeldByAsync(Store(disk.AfterPowerCut(new Random(k))));
        }
    }

    [Test]
    public async Task Any_operation_of_parts_and_segments_may_fail_or_tear()
    {
        var operations = (await RunPartsAsync(new SimulatedDisk())).Disk.Operations;
        foreach (var k in Places.UpTo(operations))
        {
            var disk = new SimulatedDisk();
            disk.FaultAt(k, k % 2 == 0 ? DiskFault.Fails : DiskFault.Tears);
            var (story, _) = await RunPartsAsync(disk);
            Assert.That(story.IsOver, $"a fault at {k}");
            await story.AssertHeldByAsync(Store(disk.AfterPowerCut(new Random(k))));
        }
    }

    [Test, Category("Long"), Explicit("Takes a minute.")]
    public Task The_power_may_be_cut_at_any_operation_and_much_be_left([Values] bool tears) => CutAsync(states: 20, tears);

    [Test]
    public async Task Any_operation_may_fail_or_tear_and_training_goes_on([Values] bool isOutOfRoom)
    {
        var (visited, failures) = (0, 0);
        foreach (var k in Places.UpTo(await CountAsync()))
        {
            var disk = new SimulatedDisk();
            if (isOutOfRoom) disk.FailureCode = SimulatedDisk.OutOfRoom;
            // Some that fail are tried again at once, and tear then.
            disk.FaultAt(k, k % 2 == 0 ? DiskFault.Fails : DiskFault.Tears);
            if (k % 2 == 0) disk.FaultAt(k + 1, DiskFault.Tears);
            var story = await RunAsync(disk);
            Assert.That(story.IsOver, $"a fault at {k}");
            failures += story.Failures;
            visited++;
            await story.AssertHeldByAsync(Store(disk.AfterPowerCut(new Random(k))));
        }
        Assert.That(
            failures, Is.GreaterThan(visited / 2), "Most faults are told; those of deletions are not, nor of looking for leftovers.");
    }

    [TestCase(typeof(IOException)), TestCase(typeof(UnauthorizedAccessException))]
    public async Task While_the_disk_takes_nothing_commits_fail_and_the_next_one_holds_everything(Type failure)
    {
        var (disk, states) = (new SimulatedDisk(), new ChainStates());
        using (var trained = await TrainedChain.OpenAsync(Store(disk), 1, 2, states))
        {
            trained.Train(30);
            var first = await trained.CommitAsync();
            foreach (var operations in Enumerable.Range(0, 12))
            {
                trained.Train(10);
                var from = disk.Operations + operations;
                disk.Before = operation =>
                {
                    if (operation >= from) throw (Exception)Activator.CreateInstance(failure, "The disk takes nothing.")!;
                };
                Assert.That(() => trained.CommitAsync(), Throws.TypeOf<SnapshotException>(
                    ).With.Property("Fault").EqualTo(SnapshotFault.Storage).And.Property("File").Not.Empty);
                Assert.That(trained.Chain.Newest, Is.EqualTo(first));
                disk.Before = null;
            }
            Assert.That((await trained.CommitAsync()).Kind, Is.EqualTo(SnapshotKind.Delta));
        }
        using var restored = await TrainedChain.OpenAsync(Store(disk), 0, 1, states);
        Assert.That(restored.Chain.Newest!.Number, Is.EqualTo(2));
    }

    private static FileSnapshotStore Store(SimulatedDisk disk) => new(disk, "simulated");

    private static async Task CutAsync(int states, bool tears)
    {
        var operations = await CountAsync();
        foreach (var k in Places.UpTo(operations))
        {
            var (disk, random) = (new SimulatedDisk(), new Random(k));
            disk.FaultAt(k, DiskFault.PowerCut);
            if (tears && k > 0) disk.FaultAt(k - 1, DiskFault.Tears);
            var story = await RunAsync(disk);
            for (var state = 0; state < states; state++) await story.AssertHeldByAsync(Store(disk.AfterPowerCut(random)));
        }
    }

    private static async Task<int> CountAsync()
    {
        var disk = new SimulatedDisk();
        await RunAsync(disk);
        return disk.Operations;
    }

    private static async Task<(PartsStory Story, SimulatedDisk Disk)> RunPartsAsync(SimulatedDisk disk)
    {
        var story = new PartsStory(Store(disk));
        await story.RunAsync();
        return (story, disk);
    }

    private static async Task<ChainStory> RunAsync(SimulatedDisk disk)
    {
        var story = new ChainStory(Store(disk));
        await story.RunAsync();
        return story;
    }
}
