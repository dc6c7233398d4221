using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process that trains and commits is killed again and again, at any instant. At the end tables, model and trainer are, bit for bit,
/// those of one process that was never killed.
/// </summary>
public class CrashTests : LeakChecked
{
    [Test, Category("Stress")]
    public Task A_trainer_that_is_killed_again_and_again_comes_to_the_same_bits() => RunAsync(kills: 20);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_trainer_that_is_killed_two_hundred_times_comes_to_the_same_bits() => RunAsync(kills: 200);

    private static async Task RunAsync(int kills)
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        var follower = new CommitFollower(store);
        var replica = new FollowingReplica(store, follower);
        await using var _ = replica;
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            using var trainer = Start(folder.Path, CrashScenario.ManySteps);
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
        using (var trainer = Start(folder.Path, steps))
        {
            await trainer.WaitForExitAsync();
            Assert.That(trainer.ExitCode, Is.Zero);
        }
        await follower.FollowAsync();
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await NeverKilledAsync(steps)));
        await replica.AssertEqualsStoreAsync();
        TestContext.Out.WriteLine(
            $"{kills} kills, {steps} steps, {follower.Commits} commits seen, {replica.Versions} versions of the replica");
    }

    private static async Task<string[]> NeverKilledAsync(long steps)
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
        return await RestoredTrainer.FromAsync(store);
    }

    private sealed class KilledAtEnd(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static Process Start(string folder, long steps)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(CrashScenario).Assembly.Location, folder, steps.ToString(CultureInfo.InvariantCulture) }
        };
        return Process.Start(start)!;
    }
}
