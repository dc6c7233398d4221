using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// A training whose batches and commits are cut by the clock, on a stream that comes in bursts and falls silent between: an id each event.
/// </summary>
public static class QuietProcess
{
    /// <summary>The verb of the command line.</summary>
    public const string Quiet = "quiet";

    /// <summary>The schema.</summary>
    public static FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("events", r => r.Bias(new FtrlOptions()));
        f.Slot("event", "events");
        f.Task("click");
        return f.Build();
    }

    /// <summary>Goes on from the store's newest commit, and trains until the stream has the given number of events.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="events">How many events the stream has.</param>
    /// <param name="pause">The longest silence between two bursts.</param>
    /// <returns>How many examples it learned from, and how many rows there are: one for each.</returns>
    public static async Task<(long Examples, long Rows)> TrainAsync(SnapshotStore store, int events, TimeSpan pause)
    {
        var schema = CreateSchema();
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 64 << 20 });
        using var model = new LogisticRegression(schema);
        var (slot, click) = (schema.Slots[0], schema.Tasks[0]);
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w.Id(slot, i).Label(click, i % 2 == 0));
        var options = new OnlineTrainerOptions { Synchronization = { SparseEvery = TimeSpan.FromMilliseconds(20) } };
        await using var trainer = new OnlineTrainer(tables, model, new Bursts(encoder, events, pause), store, options);
        await trainer.RunAsync();
        return (trainer.Examples, tables.Count);
    }

    private sealed class Bursts(ExampleEncoder<int> encoder, int events, TimeSpan pause)
        : LogSource<int>(encoder, new() { BatchSize = 32, MaxDelay = TimeSpan.FromMilliseconds(3) })
    {
        protected override async IAsyncEnumerable<LogRecord<int>> ReadRecordsAsync(
            LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var random = new Random((int)from.Offset);
            for (var i = (int)from.Offset; i < events; i++)
            {
                if (random.Next(50) == 0) await Task.Delay(random.NextDouble() * pause, cancellationToken);
                yield return new(i, new LogPosition("", i + 1));
            }
        }
    }
}
