using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// All at once: a log that rotates and holds lines that cannot be read, commits by the clock, kills at any instant, back-ups while it
/// trains, and restores of them. Where batches are cut by count, it ends with the bits of a training that met none of it; where they are
/// cut by time, each event was learned exactly once.
/// </summary>
public class RestoredLogCrashTests : LeakChecked
{
    [Test, Category("Stress")]
    public Task Kills_and_restores_amid_a_log_change_no_bit() => CountedAsync(lives: 5);

    [Test, Category("Stress")]
    public Task Kills_and_restores_amid_a_log_lose_no_event_and_learn_none_twice() => TimedAsync(lives: 5);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Many_kills_and_restores_amid_a_log_change_no_bit() => CountedAsync(lives: 100);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Many_kills_and_restores_amid_a_log_lose_no_event_and_learn_none_twice() => TimedAsync(lives: 100);

    private static async Task CountedAsync(int lives)
    {
        using var run = new RestoredLogRun(ClockedLogScenario.Counted, lives);
        await LiveAsync(run, lives);
        var neverKilled = new MemorySnapshotStore();
        await FinishAsync(run, neverKilled, ClockedLogScenario.Counted);
        var expected = await RestoredTrainer.FromAsync(neverKilled);
        await FinishAsync(run, run.Store, ClockedLogScenario.Counted);
        Assert.That(await RestoredTrainer.FromAsync(run.Store), Is.EqualTo(expected));
        await foreach (var (restored, name) in RestoredAsync(run))
        {
            await FinishAsync(run, restored, ClockedLogScenario.Counted);
            Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(expected), name);
        }
    }

    private static async Task TimedAsync(int lives)
    {
        using var run = new RestoredLogRun(ClockedLogScenario.Timed, lives);
        await LiveAsync(run, lives);
        var expected = ((long)run.Events, (long)run.Events);
        Assert.That(await FinishAsync(run, run.Store, ClockedLogScenario.Timed), Is.EqualTo(expected), "examples and rows");
        await foreach (var (restored, name) in RestoredAsync(run))
            Assert.That(await FinishAsync(run, restored, ClockedLogScenario.Timed), Is.EqualTo(expected), name);
    }

    private static async Task LiveAsync(RestoredLogRun run, int lives)
    {
        for (var life = 0; life < lives; life++) await run.LiveAsync(life);
        run.Log.WriteAll();
        var files = Directory.GetFiles(run.Log.Folder).Length;
        Assert.That(new[] { run.BadLines, files - 2, run.SetBack }, Is.All.Positive, "bad lines, rotated files, restores that go back");
        TestContext.Out.WriteLine(
            $"{lives} lives, {run.Restores} restores, {run.SetBack} of them back, {run.Events} events, {run.BadLines} bad, {files} files");
    }

    private static Task<(long Examples, long Rows)> FinishAsync(RestoredLogRun run, SnapshotStore store, string verb) =>
        ClockedLogScenario.TrainAsync(store, run.Log.Live, verb, follow: false);

    // From each of the newest back-ups the training reaches the same end, by what the log still holds.
    private static async IAsyncEnumerable<(MemorySnapshotStore Store, string Name)> RestoredAsync(RestoredLogRun run)
    {
        foreach (var backup in (await SnapshotBackup.ListAsync(run.Backups)).TakeLast(2))
        {
            var restored = new MemorySnapshotStore();
            await SnapshotBackup.RestoreAsync(run.Backups, restored, backup.Id);
            yield return (restored, $"from the back-up of commit {backup.Commit}");
        }
    }
}
