using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Snapshots.Stores;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// Every operation of the disk fails, tears or is the last before a power cut; whatever part of what was not flushed is then lost, the
/// store holds the last commit that was reported, or a later one, whole.
/// </summary>
public sealed class PowerCutTests
{
    private const int StatesAfterACut = 12;

    [Test]
    public async Task Without_a_fault_the_story_ends()
    {
        var disk = new SimulatedDisk();
        var story = await RunAsync(disk);
        await AssertAllStatesAsync(disk, story, 50, seed: 1);
        Assert.That(story.Manifest!.Commits.Select(c => c.Number), Is.EqualTo(new[] { 3ul, 4ul }));
        Assert.That(await Store(disk).ListAsync(), Has.Count.EqualTo(2), "Files that no manifest names are gone.");
        Assert.That(disk.List(), Has.Count.EqualTo(3), "No temporary file is left.");
    }

    [Test]
    public async Task The_power_may_be_cut_at_any_operation([Values] bool tears)
    {
        var operations = await CountAsync();
        for (var k = 0; k < operations; k++)
        {
            var disk = new SimulatedDisk();
            disk.FaultAt(k, DiskFault.PowerCut);
            if (tears && k > 0) disk.FaultAt(k - 1, DiskFault.Tears);
            await AssertAllStatesAsync(disk, await RunAsync(disk), StatesAfterACut, seed: k);
        }
    }

    [Test]
    public async Task Any_operation_may_fail_and_the_power_be_cut_later([Values(1, 2)] int fault, [Values] bool isOutOfRoom)
    {
        var (operations, random) = (await CountAsync(), new Random(3));
        for (var k = 0; k < operations; k++)
        {
            foreach (var later in new[] { k + 1, k + 2 + random.Next(3), k + 5 + random.Next(operations), int.MaxValue })
            {
                var disk = new SimulatedDisk();
                if (isOutOfRoom) disk.FailureCode = SimulatedDisk.OutOfRoom;
                disk.FaultAt(k, (DiskFault)fault);
                disk.FaultAt(later, DiskFault.PowerCut);
                var story = await RunAsync(disk);
                if (disk.HasPower) Assert.That(story.Manifest!.Newest!.Number, Is.EqualTo(4ul), "One fault does not stop the story.");
                await AssertAllStatesAsync(disk, story, 4, seed: k);
            }
        }
    }

    [Test]
    public async Task What_a_reader_has_seen_is_not_lost()
    {
        var operations = await CountAsync();
        var seenBeforeReported = 0;
        for (var k = 0; k < operations; k++)
        {
            var disk = new SimulatedDisk();
            var story = new PublishingStory(Store(disk));
            StoredManifest? seen = null;
            disk.Before = operation =>
            {
                if (operation != k) return;
                disk.Before = null;
                seen = Store(disk).ReadManifestAsync().AsTask().GetAwaiter().GetResult();
                disk.FaultAt(disk.Operations, DiskFault.PowerCut);
            };
            await RunAsync(story);
            if (seen is not null) seenBeforeReported++;
            story.Seen(seen);
            await AssertAllStatesAsync(disk, story, StatesAfterACut, seed: k);
        }
        Assert.That(seenBeforeReported, Is.GreaterThan(operations / 2));
    }

    private static FileSnapshotStore Store(SimulatedDisk disk) => new(disk, "simulated");

    private static async Task<int> CountAsync()
    {
        var disk = new SimulatedDisk();
        await RunAsync(disk);
        return disk.Operations;
    }

    private static async Task<PublishingStory> RunAsync(SimulatedDisk disk)
    {
        var story = new PublishingStory(Store(disk));
        await RunAsync(story);
        return story;
    }

    private static async Task RunAsync(PublishingStory story)
    {
        try
        {
            await story.RunAsync();
        }
        catch (PowerCutException)
        {
        }
    }

    private static async Task AssertAllStatesAsync(SimulatedDisk disk, PublishingStory story, int states, int seed)
    {
        var random = new Random(seed);
        for (var state = 0; state < states; state++)
        {
            var left = disk.AfterPowerCut(random);
            await story.AssertHeldByAsync(Store(left));
        }
        // And the next trainer takes over.
        await new SnapshotPublisher(Store(disk.AfterPowerCut(random))).TakeOverAsync(TestSnapshot.Chain, default);
    }
}
