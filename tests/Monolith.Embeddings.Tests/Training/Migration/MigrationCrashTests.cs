using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.CrashingTrainer.Pipeline;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>
/// A process that trains, migrates and trains on is killed in the migration, at one operation of a store after another, and started again:
/// it ends with the bits of one that was never killed.
/// </summary>
public class MigrationCrashTests
{
    [Test, Category("Stress")]
    public async Task A_migration_that_is_killed_comes_to_the_same_bits([Values(0, 1)] int first)
    {
        using var killed = new TestFolder();
        using var whole = new TestFolder();
        var (kills, after) = (0, first);
        // Each life comes further: an operation more, until none is left to be killed at.
        while (await LiveAsync(killed.Path, after) != 0)
        {
            kills++;
            after += Places.Step(4);
            Assert.That(kills, Is.LessThan(60), "the migration has no such number of operations");
        }
        await MigrationScenario.RunAsync(whole.Path, new PipelineKiller(PipelineKill.None, 0, ""));
        Assert.That(kills, Is.GreaterThan(2));
        Assert.That(await StateAsync(killed.Path), Is.EqualTo(await StateAsync(whole.Path)));
        TestContext.Out.WriteLine($"{kills} kills");
    }

    private static async Task<int> LiveAsync(string folder, int after)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(CrashScenario).Assembly.Location, MigrationScenario.Verb, folder, after.ToString(CultureInfo.InvariantCulture),
            },
        })!;
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(0).Or.EqualTo(128 + 9), "it ended, or was killed");
        return process.ExitCode;
    }

    private static async Task<string[]> StateAsync(string folder)
    {
        var store = new FileSnapshotStore(Path.Combine(folder, MigrationScenario.Next));
        using var tables = CrashScenario.CreateTables(MigrationScenario.CreateSchema());
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var restored = await RestoredSnapshot.RestoreAsync(store, manifest!, tables, 1, null, CancellationToken.None);
        Assert.That(tables["places"].Count + tables["users"].Count, Is.Positive);
        return
        [
            .. SavedState.Of(tables),
            .. restored.Sections.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} {Convert.ToHexString(s.Value.Span)}"),
        ];
    }
}
