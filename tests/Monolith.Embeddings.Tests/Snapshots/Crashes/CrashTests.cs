using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training.Schedules;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process that trains and commits is killed again and again, at any instant. At the end tables, model and trainer are, bit for bit,
/// those of one process that was never killed.
/// </summary>
public class CrashTests : LeakChecked
{
    [Test, Category("Stress")]
    public Task A_trainer_that_is_killed_again_and_again_comes_to_the_same_bits() => RunAsync(kills: 8);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_trainer_that_is_killed_two_hundred_times_comes_to_the_same_bits() => RunAsync(kills: 200);

    [Test, Category("Stress")]
    public Task A_trainer_that_is_killed_gives_replicas_a_table_with_the_same_commits() => RunAsync(kills: 4, Schedule.ByBatches(16));

    [Test, Category("Stress")]
    public Task A_trainer_that_learns_one_batch_stale_is_killed_and_comes_to_the_same_bits() =>
        RunAsync(kills: 4, staleness: Staleness.OneBatch);

    private static async Task RunAsync(int kills, Schedule? usersEvery = null, Staleness staleness = Staleness.None)
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        var follower = new CommitFollower(store);
        var replica = new FollowingReplica(store, follower);
        await using var _ = replica;
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            using var trainer = Start(folder.Path, CrashScenario.ManySteps, usersEvery, staleness);
            // Also where this test fails: a trainer that lives on would write to a folder that is deleted.
            using var end = new KilledAtEnd(trainer);
            // It has begun to commit, or has failed.
            var before = await follower.FollowAsync();
            while (await follower.FollowAsync() == before && !trainer.HasExited) await Task.Delay(5);
            await replica.FollowAsync();
            for (var left = random.Next(250); left > 0; left -= 25)
            {
                await Task.Delay(Math.Min(left, 25));
                await replica.FollowAsync();
            }
            Assert.That(trainer.HasExited, Is.False, "the trainer ended by itself");
            trainer.Kill();
            await trainer.WaitForExitAsync();
        }
        var steps = await follower.NewestStepsAsync() + 100;
        using (var trainer = Start(folder.Path, steps, usersEvery, staleness))
        {
            await trainer.WaitForExitAsync();
            Assert.That(trainer.ExitCode, Is.Zero);
        }
        await follower.FollowAsync();
        var never = await NeverKilledAsync(steps, usersEvery, staleness);
        Assert.That(await RestoredTrainer.FromAsync(store, withSchedules: true), Is.EqualTo(never));
        if (usersEvery is { } every) await AssertGivenAsync(store, every, steps);
        await replica.AssertEqualsStoreAsync();
        TestContext.Out.WriteLine(
            $"{kills} kills, {steps} steps, {follower.Commits} commits seen, {replica.Versions} versions of the replica");
    }

    // Of the commits that are still there.
    private static async Task AssertGivenAsync(SnapshotStore store, Schedule every, long steps)
    {
        var found = await CommitPlaces.OfAsync(store);
        var expected = await CommitPlaces.ExpectedAsync(
            Schedule.ByBatches(CrashScenario.CommitEvery), Schedule.ByBatches(1), steps, ("users", every));
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var deltas = found.Where((_, i) => manifest!.Commits[i].Kind == SnapshotKind.Delta).ToList();
        Assert.That(deltas, Has.Count.GreaterThan(5).And.Some.Matches<CommitPlace>(place => place.LeftOut == "users"));
        // The last is one more, at the end of the run.
        Assert.That(deltas.SkipLast(1), Is.SubsetOf(expected));
    }

    private static async Task<string[]> NeverKilledAsync(long steps, Schedule? usersEvery, Staleness staleness)
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, steps, CancellationToken.None, usersEvery, staleness);
        return await RestoredTrainer.FromAsync(store, withSchedules: true);
    }

    private sealed class KilledAtEnd(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static Process Start(string folder, long steps, Schedule? usersEvery, Staleness staleness)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(CrashScenario).Assembly.Location, folder, steps.ToString(CultureInfo.InvariantCulture) }
        };
        if (usersEvery is { } every) start.ArgumentList.Add(every.ToString());
        else if (staleness != Staleness.None) start.ArgumentList.Add($"{staleness}");
        return Process.Start(start)!;
    }
}
