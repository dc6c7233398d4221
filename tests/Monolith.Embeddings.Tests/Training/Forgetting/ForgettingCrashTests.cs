using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training.Audit;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>
/// A training in which ids are forgotten is killed at any instant, and started again. At the end tables, model and trainer are, bit for
/// bit, those of one that was never killed.
/// </summary>
public class ForgettingCrashTests : LeakChecked
{
    private const long At = 24, Steps = At + 6;

    [Test]
    public async Task A_kill_at_any_call_of_the_store_changes_no_bit()
    {
        var expected = await UndisturbedAsync(At, Steps);
        var (from, to) = await PlacesOfForgettingAsync();
        Assert.That(to - from, Is.GreaterThan(40));
        var before = await TrainedBeforeAsync();
        foreach (var at in Places.Between(from, to))
        {
            var (inner, isForgotten) = (await CopyOfStore.OfAsync(before), false);
            var killed = new KillableStore(inner) { At = at };
            Assert.That(() => ForgettingScenario.RunAsync(killed, At, Steps, () => isForgotten, () => isForgotten = true),
                Throws.Exception, $"place {at}");
            await ForgettingScenario.RunAsync(inner, At, Steps, () => isForgotten, () => isForgotten = true);
            Assert.That(await StateAsync(inner), Is.EqualTo(expected), $"place {at}");
        }
    }

    [Test]
    public async Task A_store_that_fails_at_any_call_may_be_asked_again()
    {
        var expected = await UndisturbedAsync(At, Steps);
        var (from, to) = await PlacesOfForgettingAsync();
        var before = await TrainedBeforeAsync();
        foreach (var at in Places.Between(from, to))
        {
            var (inner, isForgotten) = (await CopyOfStore.OfAsync(before), false);
            var failing = new KillableStore(inner) { At = at, FailsOnly = true };
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await ForgettingScenario.RunAsync(failing, At, Steps, () => isForgotten, () => isForgotten = true);
                    break;
                }
                catch (SnapshotException) when (tries < 3)
                {
                    // As a caller does who starts the trainer again.
                }
            }
            Assert.That(await StateAsync(inner), Is.EqualTo(expected), $"place {at}");
        }
    }

    [Test, Category("Stress")]
    public Task A_process_that_is_killed_while_it_forgets_comes_to_the_same_bits() => KillProcessesAsync(kills: 4);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_process_that_is_killed_two_hundred_times_comes_to_the_same_bits() => KillProcessesAsync(kills: 200);

    private static async Task KillProcessesAsync(int kills)
    {
        var (random, steps) = (new Random(kills), ForgettingScenario.At + 400);
        var (expected, met, kill) = (await UndisturbedAsync(ForgettingScenario.At, steps), 0, 0);
        while (kill < kills)
        {
            using var folder = new TestFolder();
            using var marks = new TestFolder();
            Directory.CreateDirectory(marks.Path);
            for (var lives = 1; ; lives++)
            {
                using var process = Start(folder.Path, marks.Path, steps);
                // Longer each time, so that it reaches its end.
                var isOver = process.WaitForExit(200 + (100 * lives) + random.Next(400));
                if (isOver) Assert.That(process.ExitCode, Is.Zero);
                process.Kill();
                await process.WaitForExitAsync();
                if (isOver) break;
                kill++;
                if (!File.Exists(Path.Combine(marks.Path, "forgotten"))) met++;
            }
            Assert.That(await StateAsync(new FileSnapshotStore(folder.Path)), Is.EqualTo(expected));
        }
        TestContext.Out.WriteLine($"{kill} kills, {met} before the forgetting had returned");
    }

    private static Process Start(string folder, string marks, long steps) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList =
        {
            typeof(CrashScenario).Assembly.Location, ForgettingScenario.Forget, folder, marks, steps.ToString(CultureInfo.InvariantCulture)
        },
    })!;

    private static async Task<string[]> UndisturbedAsync(long at, long steps)
    {
        var (store, isForgotten) = (new MemorySnapshotStore(), false);
        await ForgettingScenario.RunAsync(store, at, steps, () => isForgotten, () => isForgotten = true);
        return await StateAsync(store);
    }

    private static async Task<string[]> StateAsync(SnapshotStore store) =>
        [.. await RestoredTrainer.FromAsync(store), .. await AuditedTraining.LinesOfAsync(store)];

    // Up to a few batches before the ids are forgotten nothing is of interest here.
    private static async Task<SnapshotStore> TrainedBeforeAsync()
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, At - 4, CancellationToken.None);
        return store;
    }

    private static async Task<(int From, int To)> PlacesOfForgettingAsync()
    {
        var (isForgotten, to) = (false, 0);
        var store = new KillableStore(await TrainedBeforeAsync());
        await ForgettingScenario.RunAsync(store, At, Steps, () => isForgotten, () => (isForgotten, to) = (true, store.Places));
        return (0, to);
    }
}
