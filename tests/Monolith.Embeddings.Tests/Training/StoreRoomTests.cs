using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>What a trainer notes of the room that its chain takes.</summary>
public class StoreRoomTests : LeakChecked
{
    [Test]
    public async Task What_is_held_back_from_replicas_counts_on_after_a_folding([Range(0, 4)] int held)
    {
        var (store, batches) = (new MemorySnapshotStore(), 0);
        OnlineTrainer? trainer = null;
        await using var under = new TrainerUnderTest(store, 12, options =>
        {
            var synchronization = options.Synchronization;
            synchronization.Gate = new();
            (synchronization.CommitAtEnd, synchronization.CompactAfterDeltas) = (false, null);
            synchronization.Retention = new() { Commits = 1000, Age = TimeSpan.Zero, MaxFulls = null };
            options.Scored = (_, _) =>
            {
                if (++batches == 12 - held + 1) trainer!.Gate!.Hold("a test");
            };
        });
        trainer = under.Trainer;
        await trainer.RunAsync();
        var room = new StoreRoom(store, new OnlineTrainerOptions(), NullLogger.Instance, TimeProvider.System);
        foreach (var commit in (await ManifestAsync(store)).Commits) room.Committed(commit);
        Assert.That(room.Deltas, Is.EqualTo(await DeltasAsync(store)).And.GreaterThan(0));
        for (var times = 0; times < 2; times++)
        {
            await room.FoldAsync(CancellationToken.None);
            Assert.That((await ManifestAsync(store)).NewestChain.Skip(1).Count(), Is.EqualTo(held));
            Assert.That(room.Deltas, Is.EqualTo(await DeltasAsync(store)));
            Assert.That(room.IsFoldDue, Is.False, "what stays cannot be folded");
        }
    }

    private static async Task<SnapshotManifest> ManifestAsync(SnapshotStore store) =>
        (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;

    private static async Task<long> DeltasAsync(SnapshotStore store) =>
        (await ManifestAsync(store)).NewestChain.Skip(1).Sum(commit => commit.TableFiles.Sum(file => file.Entry.Length));
}
