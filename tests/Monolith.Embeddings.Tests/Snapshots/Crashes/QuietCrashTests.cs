using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A process whose batches and commits are cut by the clock is killed again and again: at the end each event was learned exactly once.
/// </summary>
public class QuietCrashTests : LeakChecked
{
    private const int Events = 20_000;

    [Test, Category("Stress")]
    public async Task Each_event_of_a_stream_of_bursts_is_learned_exactly_once()
    {
        using var folder = new TestFolder();
        var (store, random, kills) = (new FileSnapshotStore(folder.Path), new Random(5), 0);
        var numbers = new List<ulong>();
        for (; kills < 12; kills++)
        {
            using var trainer = Start(folder.Path);
            var before = await NewestAsync(store);
            while (await NewestAsync(store) == before && !trainer.HasExited) await Task.Delay(5);
            await Task.Delay(random.Next(150));
            trainer.Kill();
            await trainer.WaitForExitAsync();
            numbers.Add(await NewestAsync(store));
        }
        Assert.That(numbers, Is.Ordered.And.Unique, "each process committed, and the stream is longer than all of them");
        var (examples, rows) = await QuietProcess.TrainAsync(store, Events, TimeSpan.Zero);
        Assert.That((examples, rows), Is.EqualTo(((long)Events, (long)Events)));
        TestContext.Out.WriteLine($"{kills} kills, {await NewestAsync(store)} commits");
    }

    private static async Task<ulong> NewestAsync(FileSnapshotStore store)
    {
        var stored = await store.ReadManifestAsync();
        return stored is null ? 0 : SnapshotManifest.Parse(stored.Bytes.Span).Newest?.Number ?? 0;
    }

    private static Process Start(string folder) => Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList =
        {
            typeof(QuietProcess).Assembly.Location, QuietProcess.Quiet, folder, Events.ToString(CultureInfo.InvariantCulture),
        },
    })!;
}
