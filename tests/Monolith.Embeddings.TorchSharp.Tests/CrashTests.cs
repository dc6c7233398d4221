using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TorchSharp.CrashingTrainer;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>
/// A process that trains a module and commits is killed again and again, at any instant. At the end its rows, weights and optimizer state
/// are, bit for bit, those of one that was never killed.
/// </summary>
public class CrashTests
{
    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("monolith-torch-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test, Category("Stress")]
    public Task A_trainer_of_a_module_that_is_killed_twenty_times_comes_to_the_same_bits() => RunAsync(kills: 20, DenseRule.Core);

    [Test, Category("Stress")]
    public Task One_that_learns_by_TorchSharps_optimizer_comes_to_the_same_bits() => RunAsync(kills: 10, DenseRule.TorchSharp);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_trainer_of_a_module_that_is_killed_a_hundred_times_comes_to_the_same_bits([Values] DenseRule rule) =>
        RunAsync(kills: 100, rule);

    private async Task RunAsync(int kills, DenseRule rule)
    {
        var (store, random, commit) = (new FileSnapshotStore(_folder), new Random(kills), 0L);
        for (var kill = 0; kill < kills; kill++)
        {
            using var trainer = Start(10_000_000, rule);
            try
            {
                // It has begun to commit, or has failed.
                var before = commit;
                while ((commit = await NewestAsync(store)) == before && !trainer.HasExited) await Task.Delay(5);
                await Task.Delay(random.Next(150));
                Assert.That(trainer.HasExited, Is.False, "the trainer ended by itself");
            }
            finally
            {
                // Also where this test fails: a trainer that lives on would write to a folder that is deleted.
                trainer.Kill();
                await trainer.WaitForExitAsync();
            }
        }
        var steps = await StepsAsync(store, rule) + 50;
        using var last = Start(steps, rule);
        var hash = (await last.StandardOutput.ReadToEndAsync()).Trim();
        await last.WaitForExitAsync();
        Assert.That(last.ExitCode, Is.Zero);
        var expected = await TorchScenario.TrainAsync(new MemorySnapshotStore(), steps, rule);
        Assert.That(hash, Is.EqualTo(expected));
        TestContext.Out.WriteLine($"{kills} kills, {steps} steps");
    }

    private static async Task<long> NewestAsync(SnapshotStore store)
    {
        try
        {
            var inspection = await SnapshotInspector.InspectAsync(store);
            return inspection.Commits.Count == 0 ? 0 : (long)inspection.Commits[^1].Commit.Number;
        }
        catch (SnapshotException)
        {
            return 0;
        }
    }

    private static async Task<long> StepsAsync(SnapshotStore store, DenseRule rule)
    {
        var schema = TorchScenario.CreateSchema();
        using var model = TorchScenario.CreateModel(schema, rule);
        await using var replica = await Serving.ModelReplica.OpenAsync(store, model);
        return model.Step;
    }

    private Process Start(long steps, DenseRule rule)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(TorchScenario).Assembly.Location, _folder, steps.ToString(CultureInfo.InvariantCulture), rule.ToString(),
            },
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }
}
