using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>
/// Two logs, a joiner, a log of examples, the training of <see cref="CrashScenario"/>, and commits: the whole way from event to row.
/// Nothing goes by the clock, so that killed or not it ends with the same bits.
/// </summary>
public static class PipelineScenario
{
    /// <summary>The verb of the command line.</summary>
    public const string Verb = "pipeline";

    /// <summary>The folders within a run's folder.</summary>
    public const string Events = "events", Commits = "commits", Examples = "examples", Scratch = "scratch";

    /// <summary>The file that says what kills fell in.</summary>
    public const string Notes = "kills.txt";

    /// <summary>Runs to the end, or until it is killed.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="kill">What to be killed in.</param>
    /// <param name="after">How often it may come to that before.</param>
    public static Task RunAsync(string folder, string kill, string after) => TrainAsync(
        folder,
        new PipelineKiller(Enum.Parse<PipelineKill>(kill), int.Parse(after, CultureInfo.InvariantCulture), Path.Combine(folder, Notes)));

    /// <summary>Runs to the end, or until it is killed.</summary>
    /// <param name="folder">The run's folder, with its events.</param>
    /// <param name="killer">Kills.</param>
    /// <returns>What the joiner counted.</returns>
    public static async Task<OnlineJoinerStatus> TrainAsync(string folder, PipelineKiller killer)
    {
        var schema = CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CrashScenario.CreateModel(schema);
        using var joiner = CreateJoiner(schema, folder);
        var examples = new KillingStore(Path.Combine(folder, Examples), killer, _ => PipelineKill.LogRotation);
        var log = new ExampleLog(examples, new() { RotateBytes = ExampleLogOptions.SmallestBytes });
        var source = new ClosingSource(joiner, killer).LoggedTo(log);
        var store = new KillingStore(Path.Combine(folder, Commits), killer, KindOf);
        await using var trainer = new OnlineTrainer(tables, model, source, store, CrashScenario.CreateOptions());
        await trainer.RunAsync().ConfigureAwait(false);
        return joiner.Status;
    }

    private static PipelineKill KindOf(string? file) =>
        file?.EndsWith(".bytes", StringComparison.Ordinal) == true ? PipelineKill.SegmentWrite : PipelineKill.Commit;

    private static OnlineJoiner<(long Request, long Item), PipelineImpression, PipelineClick> CreateJoiner(
        FeatureSchema schema, string folder)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<PipelineImpression>(schema, (in PipelineImpression shown, ExampleWriter w) => w
            .Id(user, shown.User).Id(item, shown.Item).At(shown.At, shown.Request));
        var joiner = new OnlineJoiner<(long Request, long Item), PipelineImpression, PipelineClick>(
            JoinKeys.Int64Pair,
            new JoinedImpressions<(long, long), PipelineImpression>(encoder, shown => (shown.Request, shown.Item)),
            new JoinedActions<(long, long), PipelineClick>(
                click, clicked => (clicked.Request, clicked.Item), clicked => DateTimeOffset.FromUnixTimeMilliseconds(clicked.At)),
            new()
            {
                Window = TimeSpan.FromSeconds(6),
                BackwardWindow = TimeSpan.FromSeconds(1),
                AllowedLateness = TimeSpan.FromSeconds(1),
                RememberClosedFor = TimeSpan.FromSeconds(8),
                BatchSize = CrashScenario.BatchSize,
                // Little, so that look-ups go to the disk as well.
                Store = { MemoryBytes = 1 << 16, Folder = Path.Combine(folder, Scratch) },
            });
        var files = new FileLogOptions { Follow = false };
        var events = Path.Combine(folder, Events);
        joiner.AddImpressions("shown", new JsonLinesLog<PipelineImpression>(
            LogFiles.Rotating(Path.Combine(events, PipelineEvents.Shown)), PipelineJson.Default.PipelineImpression, files));
        joiner.AddActions("clicks", new JsonLinesLog<PipelineClick>(
            LogFiles.Rotating(Path.Combine(events, PipelineEvents.Clicks)), PipelineJson.Default.PipelineClick, files));
        return joiner;
    }
}
