using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// A training whose every batch follows from the stream: rows are admitted, expire, and give way at a limit; a commit after every few
/// batches. Run once to a step, or killed and started again any number of times, it comes to the same bits.
/// </summary>
public static class CrashScenario
{
    /// <summary>Examples a batch.</summary>
    public const int BatchSize = 32;

    /// <summary>More batches than any run comes to.</summary>
    public const long ManySteps = 10_000_000;

    private const int CommitEvery = 3;

    /// <summary>The schema.</summary>
    public static FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()), t =>
            (t.Expiry, t.Admission) = (new TimeToLiveOptions(TimeSpan.FromSeconds(40)), new MinOccurrencesOptions(2)));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions(), new UniformInitializerOptions()), t =>
            (t.MaxRows, t.AtLimit) = (600, new LeastRecentlyUpdatedOptions()));
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    /// <summary>Tables of the schema.</summary>
    public static EmbeddingTableSet CreateTables(FeatureSchema schema) => new(schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });

    /// <summary>The model.</summary>
    public static OnlineModel CreateModel(FeatureSchema schema) => new DeepFm(schema, new() { Hidden = [8] });

    /// <summary>Goes on from the store's newest commit, and trains until a step.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="steps">How many batches the whole training has.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task TrainAsync(SnapshotStore store, long steps, CancellationToken cancellationToken) =>
        TrainAsync(store, schema => CreateSource(schema, steps), cancellationToken);

    /// <summary>Goes on from the store's newest commit, and trains to the end of a stream.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="createSource">Makes the stream.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task TrainAsync(
        SnapshotStore store, Func<FeatureSchema, ExampleSource> createSource, CancellationToken cancellationToken)
    {
        var schema = CreateSchema();
        using var tables = CreateTables(schema);
        using var model = CreateModel(schema);
        await using var trainer = new OnlineTrainer(tables, model, createSource(schema), store, CreateOptions());
        await trainer.RunAsync(null, cancellationToken);
    }

    /// <summary>How it is trained: nothing goes by the clock.</summary>
    public static OnlineTrainerOptions CreateOptions() => new()
    {
        EvictEvery = TimeSpan.FromSeconds(7),
        Synchronization = new()
        {
            SparseEvery = Timeout.InfiniteTimeSpan,
            SparseEverySteps = CommitEvery,
            CompactAfterDeltas = 8,
            Retention = new() { Commits = 12, Age = TimeSpan.Zero },
        },
    };

    /// <summary>The stream.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="steps">How many batches it has.</param>
    public static ExampleSource CreateSource(FeatureSchema schema, long steps)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
        var stream = new SyntheticClickStream(new() { EventCount = steps * BatchSize, EventsPerSecond = 50, Users = 5000, Seed = 9 });
        return ExampleSource.From(stream.Read, encoder, BatchSize);
    }
}
