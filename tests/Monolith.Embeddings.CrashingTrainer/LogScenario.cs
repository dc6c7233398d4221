using System.Text.Json;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// The training of <see cref="CrashScenario"/> from a log of JSON lines that grows and rotates, with lines that cannot be read. Batches are
/// cut by count, so that it ends with the same bits however the log was written.
/// </summary>
public static class LogScenario
{
    /// <summary>The verb of the command line that waits for more at the end of the log.</summary>
    public const string Follow = "follow-log";

    /// <summary>The verb of the command line that ends there.</summary>
    public const string Finish = "finish-log";

    /// <summary>Goes on from the store's newest commit.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="log">The file that is written to.</param>
    /// <param name="follow">Whether it waits for more.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task TrainAsync(SnapshotStore store, string log, bool follow, CancellationToken cancellationToken) =>
        CrashScenario.TrainAsync(store, schema => CreateSource(schema, log, follow), cancellationToken);

    /// <summary>A line of the log.</summary>
    public static string Line(in SyntheticClick click) =>
        Line(new LoggedClick { User = click.User, Item = click.Item, Clicked = click.Clicked, Time = click.Time });

    /// <summary>A line of the log.</summary>
    public static string Line(in LoggedClick click) => JsonSerializer.Serialize(click, LoggedClickJson.Default.LoggedClick);

    internal static JsonLinesSource<LoggedClick> CreateSource(FeatureSchema schema, string log, bool follow)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<LoggedClick>(schema, (in LoggedClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
        return CreateSource(log, follow, encoder, null);
    }

    internal static JsonLinesSource<LoggedClick> CreateSource(
        string log, bool follow, ExampleEncoder<LoggedClick> encoder, TimeSpan? maxDelay) =>
        new(LogFiles.Rotating(log), LoggedClickJson.Default.LoggedClick, encoder,
            new() { BatchSize = CrashScenario.BatchSize, MaxDelay = maxDelay, BadRecords = { Limit = long.MaxValue } },
            new() { Follow = follow, PollInterval = TimeSpan.FromMilliseconds(2) });
}
