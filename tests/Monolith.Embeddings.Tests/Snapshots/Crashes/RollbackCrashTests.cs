using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.CrashingTrainer.Pipeline;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process that trains behind a gate, learns something bad while commits are held, goes back and trains on is killed while it does, and
/// started again: it ends with the bits of one that was never killed, replicas get the same commits, and what was given up is set aside.
/// </summary>
public class RollbackCrashTests : LeakChecked
{
    private const int NeverKill = int.MaxValue;

    [Test, Category("Stress")]
    public async Task A_going_back_that_is_killed_at_any_operation_comes_to_the_same_bits([Values(0, 1)] int first)
    {
        using var folder = NewFolder();
        var (kills, after) = (0, first);
        // Each life comes further: until no operation is left to be killed at.
        while (await LiveAsync(folder.Path, after) != 0)
        {
            kills++;
            after += Places.Step(4);
            Assert.That(kills, Is.LessThan(60), "going back has no such number of operations");
        }
        Assert.That(kills, Is.GreaterThan(2));
        await AssertUndisturbedAsync(folder.Path);
        TestContext.Out.WriteLine($"{kills} kills");
    }

    [Test, Category("Stress")]
    public Task A_process_that_is_killed_while_it_goes_back_and_on_comes_to_the_same_bits() => KillAtRandomAsync(kills: 4);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_going_back_that_is_killed_two_hundred_times() => KillAtRandomAsync(kills: 200);

    private static async Task KillAtRandomAsync(int kills)
    {
        var (random, kill, met) = (new Random(kills), 0, 0);
        while (kill < kills)
        {
            using var folder = NewFolder();
            for (var lives = 0; lives < 4; lives++)
            {
                using var process = Start(folder.Path, NeverKill);
                var said = await process.StandardOutput.ReadLineAsync();
                // Every other one only when it trains on.
                while (lives % 2 == 1 && said is not (null or RollbackScenario.GoesOn)) said = await process.StandardOutput.ReadLineAsync();
                // Longer each time, so that it comes further.
                await Task.Delay(random.Next(40 * (lives + 1)));
                var isOver = process.HasExited;
                process.Kill();
                await process.WaitForExitAsync();
                if (isOver) break;
                kill++;
                if (said == RollbackScenario.GoesBack && !File.Exists(Path.Combine(folder.Path, "back"))) met++;
            }
            Assert.That(await LiveAsync(folder.Path, NeverKill), Is.Zero);
            await AssertUndisturbedAsync(folder.Path);
        }
        TestContext.Out.WriteLine($"{kill} kills, {met} before the going back had returned");
    }

    private static async Task AssertUndisturbedAsync(string folder)
    {
        using var undisturbed = NewFolder();
        await RollbackScenario.RunAsync(undisturbed.Path, new PipelineKiller(PipelineKill.None, 0, ""), _ => { });
        Assert.That(await StateAsync(Of(folder)), Is.EqualTo(await StateAsync(Of(undisturbed.Path))));
        var held = await HeldAsync(folder);
        Assert.That(held, Is.EqualTo(await HeldAsync(undisturbed.Path)));
        Assert.That(held, Does.Contain(true).And.Contain(false), "the gate held, and opened");
        // As if nothing bad had ever come.
        var good = new MemorySnapshotStore();
        await RollbackScenario.TrainAsync(good);
        Assert.That(await StateAsync(Of(folder)), Is.EqualTo(await StateAsync(good)));
        Assert.That(await AsideAsync(folder), Is.EqualTo(await AsideAsync(undisturbed.Path)));
    }

    private static async Task<string[]> AsideAsync(string folder)
    {
        var restored = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(new FileSnapshotStore(Path.Combine(folder, RollbackScenario.Aside)), restored);
        return await StateAsync(restored);
    }

    // The gate names the commit that was published last, and commits have other numbers after each going back.
    private static async Task<string[]> StateAsync(SnapshotStore store) =>
        [.. (await RestoredTrainer.FromAsync(store)).Where(line => !line.StartsWith("gate ", StringComparison.Ordinal))];

    // Of the commits after it went back.
    private static async Task<bool[]> HeldAsync(string folder)
    {
        var manifest = SnapshotManifest.Parse((await Of(folder).ReadManifestAsync())!.Bytes.Span);
        var after = (int)(RollbackScenario.AllSteps - RollbackScenario.GoodSteps) / CrashScenario.CommitEvery;
        return [.. manifest.Commits.DistinctBy(commit => commit.Number).TakeLast(after).Select(commit => commit.IsHeld)];
    }

    private static FileSnapshotStore Of(string folder) => new(Path.Combine(folder, RollbackScenario.Store));

    private static TestFolder NewFolder()
    {
        var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        return folder;
    }

    private static async Task<int> LiveAsync(string folder, int after)
    {
        using var process = Start(folder, after);
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(0).Or.EqualTo(128 + 9), "it ended, or was killed");
        return process.ExitCode;
    }

    private static Process Start(string folder, int after) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList =
        {
            typeof(CrashScenario).Assembly.Location, RollbackScenario.Verb, folder, after.ToString(CultureInfo.InvariantCulture),
        },
        RedirectStandardOutput = true,
    })!;
}
