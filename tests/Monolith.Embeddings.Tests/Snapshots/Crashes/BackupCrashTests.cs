using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process that trains is killed again and again; it is backed up meanwhile, and its store is set back to back-ups and to earlier
/// commits, also while it lives. At the end everything is, bit for bit, as if nothing of that had happened.
/// </summary>
public class BackupCrashTests : LeakChecked
{
    [Test, Category("Stress")]
    public Task Back_ups_and_restores_amid_kills_lose_nothing() => RunAsync(kills: 5);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Back_ups_and_restores_amid_many_kills_lose_nothing() => RunAsync(kills: 120);

    private static async Task RunAsync(int kills)
    {
        using var folder = new TestFolder();
        using var copies = new TestFolder();
        var (store, backups) = (new FileSnapshotStore(folder.Path), new FileSnapshotStore(copies.Path));
        var (random, restores) = (new Random(kills), 0);
        for (var kill = 0; kill < kills; kill++)
        {
            using var trainer = Start(folder.Path, CrashScenario.ManySteps);
            // Also where this test fails: a trainer that lives on would write to a folder that is deleted.
            using var end = new KilledAtEnd(trainer);
            await SomeCommitsAsync(store, trainer, random.Next(1, 6));
            if (trainer.HasExited) Assert.Fail("the trainer ended by itself");
            await SnapshotBackup.CreateAsync(store, backups);
            if (kill % 4 == 3)
            {
                // Under the trainer's feet: its next commit is refused, and it ends.
                await RestoreAsync(store, backups, random);
                restores++;
                await trainer.WaitForExitAsync();
                Assert.That(trainer.ExitCode, Is.Not.Zero);
                continue;
            }
            await Task.Delay(random.Next(100));
            trainer.Kill();
            await trainer.WaitForExitAsync();
            if (kill % 4 != 1) continue;
            await RestoreAsync(store, backups, random);
            restores++;
        }
        await SnapshotBackup.RetainAsync(backups, 3);
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        var steps = (await new CommitFollower(store).NewestStepsAsync()) + 50;
        await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
        var expected = await NeverKilledAsync(steps);
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(expected));
        foreach (var backup in await SnapshotBackup.ListAsync(backups))
        {
            var restored = new MemorySnapshotStore();
            await SnapshotBackup.RestoreAsync(backups, restored, backup.Id);
            var at = await new CommitFollower(restored).NewestStepsAsync();
            Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(await NeverKilledAsync(at)), $"back-up {backup.Commit}");
        }
        TestContext.Out.WriteLine($"{kills} kills, {restores} restores, {steps} steps");
    }

    private static async Task SomeCommitsAsync(SnapshotStore store, Process trainer, int commits)
    {
        var follower = new CommitFollower(store);
        for (var i = 0; i < commits; i++)
        {
            var before = await NumberAsync(follower);
            while (await NumberAsync(follower) == before && !trainer.HasExited) await Task.Delay(5);
        }
    }

    private static Task<ulong> NumberAsync(CommitFollower follower) => follower.FollowAsync();

    private static async Task RestoreAsync(SnapshotStore store, SnapshotStore backups, Random random)
    {
        if (random.Next(2) == 0)
        {
            var all = await SnapshotBackup.ListAsync(backups);
            await SnapshotBackup.RestoreAsync(backups, store, all[random.Next(all.Count)].Id);
            return;
        }
        var manifest = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);
        await SnapshotBackup.RestoreCommitAsync(store, manifest.NewestChain.ElementAt(random.Next(manifest.NewestChain.Count())).Number);
    }

    private static async Task<string[]> NeverKilledAsync(long steps)
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
        return await RestoredTrainer.FromAsync(store);
    }

    private static Process Start(string folder, long steps) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { typeof(CrashScenario).Assembly.Location, folder, steps.ToString(CultureInfo.InvariantCulture) },
        RedirectStandardError = true,
    })!;

    private sealed class KilledAtEnd(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
