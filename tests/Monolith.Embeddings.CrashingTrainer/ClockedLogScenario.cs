using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// Trainings from the log of <see cref="LogScenario"/> that commit by the clock. Batches are cut by count, and then it comes to the same
/// bits; or by time, and then each user is an event that has a row of its own.
/// </summary>
public static class ClockedLogScenario
{
    /// <summary>The verb of the command line for batches that are cut by count.</summary>
    public const string Counted = "follow-log-counted";

    /// <summary>The verb of the command line for batches that are cut by time.</summary>
    public const string Timed = "follow-log-timed";

    /// <summary>Goes on from the store's newest commit.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="log">The file that is written to.</param>
    /// <param name="verb">How batches are cut.</param>
    /// <param name="follow">Whether it waits for more at the end of the log.</param>
    /// <returns>How many examples it learned from, and how many rows there are.</returns>
    public static async Task<(long Examples, long Rows)> TrainAsync(SnapshotStore store, string log, string verb, bool follow)
    {
        var isTimed = verb == Timed;
        var schema = isTimed ? QuietProcess.CreateSchema() : CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = isTimed ? new LogisticRegression(schema) : CrashScenario.CreateModel(schema);
        var options = CrashScenario.CreateOptions();
        options.Synchronization.SparseEvery = TimeSpan.FromMilliseconds(20);
        var source = isTimed ? CreateTimedSource(schema, log, follow) : LogScenario.CreateSource(schema, log, follow);
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        await trainer.RunAsync();
        return (trainer.Examples, tables.Count);
    }

    private static JsonLinesSource<LoggedClick> CreateTimedSource(FeatureSchema schema, string log, bool follow)
    {
        var (slot, click) = (schema.Slots[0], schema.Tasks[0]);
        var encoder = new ExampleEncoder<LoggedClick>(schema, (in LoggedClick c, ExampleWriter w) => w
            .Id(slot, c.User).Label(click, c.Clicked).At(c.Time));
        return LogScenario.CreateSource(log, follow, encoder, TimeSpan.FromMilliseconds(3));
    }
}
