using System.Diagnostics;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Streams.Files;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process that trains from a log is killed again and again, while the log is written in pieces, holds lines that cannot be read, and is
/// rotated and packed, also between two of its lives. At the end all is, bit for bit, what one process makes of the log that was never
/// killed.
/// </summary>
public class LogCrashTests : LeakChecked
{
    [Test, Category("Stress")]
    public Task A_trainer_of_a_log_that_is_killed_again_and_again_comes_to_the_same_bits() => RunAsync(kills: 5);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_trainer_of_a_log_that_is_killed_two_hundred_times_comes_to_the_same_bits() => RunAsync(kills: 200);

    private static async Task RunAsync(int kills)
    {
        using var folder = new TestFolder();
        using var log = new LogWriter();
        using var clicks = new SyntheticClickStream(new() { EventCount = 1_000_000, EventsPerSecond = 50, Users = 5000, Seed = 9 })
            .Read().GetEnumerator();
        var (follower, random) = (new CommitFollower(new FileSnapshotStore(folder.Path)), new Random(kills));
        for (var kill = 0; kill < kills; kill++)
        {
            for (var steps = random.Next(3); steps > 0; steps--) Write(log, clicks, random);
            using var trainer = Start(LogScenario.Follow, folder.Path, log.Live);
            try
            {
                var before = await follower.FollowAsync();
                while (await follower.FollowAsync() == before && !trainer.HasExited)
                {
                    Write(log, clicks, random);
                    await Task.Delay(5);
                }
                for (var left = random.Next(10); left > 0; left--)
                {
                    Write(log, clicks, random);
                    await Task.Delay(random.Next(10));
                }
                Assert.That(trainer.HasExited, Is.False, "the trainer ended by itself");
            }
            finally
            {
                trainer.Kill();
                await trainer.WaitForExitAsync();
            }
        }
        log.WriteAll();
        using (var trainer = Start(LogScenario.Finish, folder.Path, log.Live))
        {
            await trainer.WaitForExitAsync();
            Assert.That(trainer.ExitCode, Is.Zero);
        }
        var neverKilled = new MemorySnapshotStore();
        await LogScenario.TrainAsync(neverKilled, log.Live, follow: false, CancellationToken.None);
        var killed = await RestoredTrainer.FromAsync(new FileSnapshotStore(folder.Path));
        Assert.That(killed, Is.EqualTo(await RestoredTrainer.FromAsync(neverKilled)));
        var files = Directory.GetFiles(log.Folder);
        Assert.That(files, Has.Length.GreaterThan(3), "it was rotated");
        TestContext.Out.WriteLine($"{kills} kills, {await follower.NewestStepsAsync()} steps, {files.Length} files");
    }

    private static void Write(LogWriter log, IEnumerator<SyntheticClick> clicks, Random random)
    {
        for (var count = random.Next(60); count > 0 && clicks.MoveNext(); count--)
            log.Raw(LogScenario.Line(clicks.Current) + (random.Next(5) == 0 ? "\r\n" : "\n"));
        if (random.Next(4) == 0) log.Raw("{\"User\":1,\"Item\":\n");
        if (random.Next(4) == 0) log.Raw("\n");
        log.Write(random.Next(log.Pending + 1));
        if (random.Next(12) > 0) return;
        log.FinishLine();
        log.RotateByCounter(pack: random.Next(2) == 0);
    }

    private static Process Start(string verb, string folder, string log) =>
        Process.Start(new ProcessStartInfo("dotnet") { ArgumentList = { typeof(LogScenario).Assembly.Location, verb, folder, log } })!;
}
