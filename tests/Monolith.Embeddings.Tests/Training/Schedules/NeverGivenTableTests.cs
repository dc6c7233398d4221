using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>A table that replicas get with fulls alone: commits are kept for it up to a bound, and followers keep what they have.</summary>
public class NeverGivenTableTests : LeakChecked
{
    private const int Rounds = 30, BatchesARound = 4, MostFulls = 8;

    private static readonly SnapshotRetention _newest = new() { Commits = 1, Age = TimeSpan.Zero };

    [Test]
    public async Task It_keeps_commits_up_to_eight_fulls_and_followers_keep_the_table()
    {
        var (never, plain) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(never, 1, Schedule.Never);
        await using var follower = await OpenAsync(never);
        var most = 0.0;
        for (var round = 1; round <= Rounds; round++)
        {
            await TrainAsync(plain, round * BatchesARound, null);
            await TrainAsync(never, round * BatchesARound, Schedule.Never);
            await follower.CatchUpAsync();
            foreach (var store in new[] { plain, never })
            {
                await SnapshotCompactor.CompactAsync(store);
                await SnapshotCompactor.RetainAsync(store, _newest);
            }
            most = Math.Max(most, await FullsAsync(never));
        }
        Assert.That(most, Is.InRange(MostFulls / 2, MostFulls), "kept, and no more");
        Assert.That(await FullsAsync(plain), Is.EqualTo(1), "nothing is owed");
        var newest = (await ManifestAsync(never)).Newest!.Number;
        await using var late = await OpenAsync(never);
        Assert.That((follower.Version.Number, follower.Version.NumberOf("users")), Is.EqualTo((newest, 1UL)));
        Assert.That((late.Version.Number, late.Version.NumberOf("users")), Is.EqualTo((newest, newest)));
    }

    private static Task<ModelReplica> OpenAsync(SnapshotStore store) => ModelReplica.OpenAsync(
        store, CrashScenario.CreateModel(CrashScenario.CreateSchema()), new() { PollEvery = Timeout.InfiniteTimeSpan });

    private static async Task TrainAsync(SnapshotStore store, long batches, Schedule? users)
    {
        await using var under = new TrainerUnderTest(store, batches, o =>
        {
            (o.Synchronization.CompactAfterDeltas, o.Synchronization.Retention) = (null, new() { Commits = 1000 });
        }, CrashScenario.CreateSchema(users, null));
        await under.Trainer.RunAsync();
    }

    // All files, in files of the newest full.
    private static async Task<double> FullsAsync(SnapshotStore store)
    {
        var manifest = await ManifestAsync(store);
        var full = manifest.Commits.Last(commit => commit.Kind == SnapshotKind.Full);
        return (double)manifest.Commits.Sum(BytesOf) / BytesOf(full);
    }

    private static long BytesOf(SnapshotCommit commit) => commit.Files.Sum(file => file.Length);

    private static async Task<SnapshotManifest> ManifestAsync(SnapshotStore store) =>
        (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;
}
