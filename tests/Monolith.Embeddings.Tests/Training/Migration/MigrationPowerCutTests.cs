using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Snapshots.Crashes;
using Monolith.Embeddings.Tests.Snapshots.Stores;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>
/// Each operation of the disks under a migration fails, tears, or is the last before a power cut. Afterwards the old store is as usable as
/// before, and the new one has the whole result or no commit; then the migration is repeated and ends with the same bits.
/// </summary>
public class MigrationPowerCutTests
{
    private static readonly Shape Before = new() { Model = "logistic-regression" };

    private static readonly Shape After = Before with
    {
        Tables = [.. Before.Tables, ("places", false)],
        Slots = [.. Before.Slots, ("place", "places", Pooling.Sum)],
        Vectors = new AdamOptions(),
    };

    [Test]
    public async Task Any_operation_of_either_disk_may_be_the_last_or_fail([Values] bool isOfOld, [Values(1, 2, 3)] int fault)
    {
        var trained = new SimulatedDisk();
        await Migrated.TrainAsync(Store(trained), Before, 96);
        var expected = await UndisturbedAsync(trained);
        var (done, undone, count) = (0, 0, await OperationsAsync(trained, isOfOld));
        foreach (var k in Places.UpTo(count))
        {
            var (old, next) = (Copy(trained), new SimulatedDisk());
            (isOfOld ? old : next).FaultAt((isOfOld ? old.Operations : 0) + k, (DiskFault)fault);
            var hasThrown = await TryAsync(old, next);
            var (oldAfter, nextAfter) = (old.AfterPowerCut(new Random(k)), next.AfterPowerCut(new Random(k)));
            var manifest = await new SnapshotPublisher(Store(nextAfter)).ReadAsync(CancellationToken.None);
            if (!hasThrown) Assert.That(manifest?.Newest, Is.Not.Null, $"what was reported at {k}");
            if (manifest?.Newest is null)
            {
                undone++;
                await Migrated.RunAsync(Store(oldAfter), Before, Store(nextAfter), After);
            }
            else done++;
            using (var now = await Migrated.FromAsync(Store(nextAfter), After)) Assert.That(now.State, Is.EqualTo(expected), $"at {k}");
            // A trainer of the old schema goes on, whatever came of it.
            await Migrated.TrainAsync(Store(oldAfter), Before, 112);
        }
        TestContext.Out.WriteLine($"{count} operations: {done} done, {undone} undone");
        Assert.That(done + undone, Is.EqualTo(count).And.GreaterThan(3));
    }

    private static FileSnapshotStore Store(SimulatedDisk disk) => new(disk, "simulated");

    // All of it is durable.
    private static SimulatedDisk Copy(SimulatedDisk disk) => disk.AfterPowerCut(new Random(1));

    private static async Task<bool> TryAsync(SimulatedDisk old, SimulatedDisk next)
    {
        try
        {
            await Migrated.RunAsync(Store(old), Before, Store(next), After);
            return false;
        }
        catch (Exception cause) when (cause is SnapshotException or PowerCutException)
        {
            return true;
        }
    }

    private static async Task<string[]> UndisturbedAsync(SimulatedDisk trained)
    {
        var next = new SimulatedDisk();
        await Migrated.RunAsync(Store(Copy(trained)), Before, Store(next), After);
        using var now = await Migrated.FromAsync(Store(next), After);
        return now.State;
    }

    private static async Task<int> OperationsAsync(SimulatedDisk trained, bool isOfOld)
    {
        var (old, next) = (Copy(trained), new SimulatedDisk());
        var before = old.Operations;
        await Migrated.RunAsync(Store(old), Before, Store(next), After);
        return isOfOld ? old.Operations - before : next.Operations;
    }
}
