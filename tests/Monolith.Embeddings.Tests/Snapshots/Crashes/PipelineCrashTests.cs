using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.CrashingTrainer.Pipeline;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// Two logs, a joiner, a log of examples, a trainer and its commits in a process that is killed again and again, in each of the things that
/// it does. At the end all is, bit for bit, as in a process that was never killed, and the log of examples holds each example once.
/// </summary>
public class PipelineCrashTests : LeakChecked
{
    private static readonly PipelineKill[] Kinds =
        [PipelineKill.SegmentWrite, PipelineKill.WindowClose, PipelineKill.Commit, PipelineKill.LogRotation];

    [Test, Category("Stress")]
    public Task A_pipeline_that_is_killed_in_each_of_its_works_comes_to_the_same_bits() => RunAsync(kills: 8, impressions: 6_000);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task A_pipeline_that_is_killed_a_hundred_times_comes_to_the_same_bits() => RunAsync(kills: 100, impressions: 60_000);

    private static async Task RunAsync(int kills, int impressions)
    {
        using var killed = new TestFolder();
        using var whole = new TestFolder();
        foreach (var folder in new[] { killed.Path, whole.Path })
        {
            Directory.CreateDirectory(Path.Combine(folder, PipelineScenario.Events));
            Assert.That(PipelineEvents.Write(Path.Combine(folder, PipelineScenario.Events), impressions, kills), Is.EqualTo(impressions));
        }
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++) await LiveAsync(killed.Path, Kinds[kill % Kinds.Length], random.Next(1, 12));
        var last = await PipelineScenario.TrainAsync(killed.Path, Unharmed(killed.Path));
        var never = await PipelineScenario.TrainAsync(whole.Path, Unharmed(whole.Path));

        var fell = File.ReadAllLines(Path.Combine(killed.Path, PipelineScenario.Notes)).CountBy(Enum.Parse<PipelineKill>).ToDictionary();
        TestContext.Out.WriteLine(string.Join(", ", fell.Select(kind => $"{kind.Value} in {kind.Key}")));
        foreach (var kind in Kinds) Assert.That(fell.GetValueOrDefault(kind), Is.GreaterThanOrEqualTo(kills / Kinds.Length / 2), $"{kind}");
        Assert.That(await StateAsync(killed.Path), Is.EqualTo(await StateAsync(whole.Path)));
        var (examples, expected) = (await ExamplesAsync(killed.Path), await ExamplesAsync(whole.Path));
        Assert.That(examples, Has.Count.EqualTo(impressions));
        Assert.That(examples, Is.EqualTo(expected));
        Assert.That(
            (last.Joined, last.Defaults, last.Duplicates, last.Unmatched, last.AfterClose, last.Late),
            Is.EqualTo((never.Joined, never.Defaults, never.Duplicates, never.Unmatched, never.AfterClose, never.Late)));
        Assert.That(new[] { never.Joined, never.Defaults, never.Duplicates, never.Unmatched, never.AfterClose }, Is.All.Positive);
    }

    private static PipelineKiller Unharmed(string folder) => new(PipelineKill.None, 0, Path.Combine(folder, PipelineScenario.Notes));

    // A process that has reached the end before is not killed, and the counts tell.
    private static async Task LiveAsync(string folder, PipelineKill kill, int after)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(CrashScenario).Assembly.Location, PipelineScenario.Verb, folder, $"{kill}",
                after.ToString(CultureInfo.InvariantCulture),
            },
        })!;
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(0).Or.EqualTo(128 + 9), "it ended, or was killed");
    }

    // Without what the source says of its files, which depends on where commits were made: what it joins and logs is compared by itself.
    private static async Task<IEnumerable<string>> StateAsync(string folder)
    {
        var state = await RestoredTrainer.FromAsync(new FileSnapshotStore(Path.Combine(folder, PipelineScenario.Commits)));
        return state.Where(part => !part.StartsWith("source:", StringComparison.Ordinal));
    }

    private static async Task<List<string>> ExamplesAsync(string folder)
    {
        var texts = new List<string>();
        var log = new ExampleLog(new FileSnapshotStore(Path.Combine(folder, PipelineScenario.Examples)));
        await foreach (var batch in new ExampleLogSource(log, CrashScenario.CreateSchema()).ReadAsync(StreamPosition.Start, default))
        {
            using (batch) texts.AddRange(Enumerable.Range(0, batch.Rows).Select(row => TextOf(batch, row)));
        }
        return texts;
    }

    private static string TextOf(ExampleBatch batch, int row)
    {
        var (slots, click) = (batch.Schema.Slots, batch.Schema.Tasks[0]);
        return string.Create(CultureInfo.InvariantCulture,
            $"{batch.Ids(slots[0])[row]} {batch.Ids(slots[1])[row]} {batch.Labels(click)[row]} {batch.EventTimesMilliseconds[row]} "
            + $"{batch.RequestIds[row]}");
    }
}
