using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// A training whose every batch follows from the stream: rows are admitted, expire, and give way at a limit; a commit after every few
/// batches. Run once to a step, or killed and started again any number of times, it ends with the same bits.
/// </summary>
public static class CrashScenario
{
    /// <summary>Examples a batch.</summary>
    public const int BatchSize = 32;

    /// <summary>More batches than any run has.</summary>
    public const long ManySteps = 10_000_000;

    /// <summary>Batches a commit.</summary>
    public const int CommitEvery = 3;

    /// <summary>The schema.</summary>
    /// <param name="usersEvery">How often replicas get the users; null for with each commit.</param>
    /// <param name="itemsEvery">How often they get the items.</param>
    public static FeatureSchema CreateSchema(Schedule? usersEvery = null, Schedule? itemsEvery = null)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()), t =>
            (t.Expiry, t.Admission, t.SparseEvery) =
                (new TimeToLiveOptions(TimeSpan.FromSeconds(40)), new MinOccurrencesOptions(2), usersEvery));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions(), new UniformInitializerOptions()), t =>
            (t.MaxRows, t.AtLimit, t.SparseEvery) = (600, new LeastRecentlyUpdatedOptions(), itemsEvery));
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
    /// <param name="usersEvery">How often replicas get the users; null for with each commit.</param>
    /// <param name="staleness">How stale it learns.</param>
    public static Task TrainAsync(
        SnapshotStore store, long steps, CancellationToken cancellationToken, Schedule? usersEvery = null,
        Staleness staleness = Staleness.None) =>
        TrainAsync(store, schema => CreateSource(schema, steps), cancellationToken, usersEvery, staleness);

    /// <summary>Goes on from the store's newest commit, and trains to the end of a stream.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="createSource">Makes the stream.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="usersEvery">How often replicas get the users; null for with each commit.</param>
    /// <param name="staleness">How stale it learns.</param>
    public static async Task TrainAsync(
        SnapshotStore store, Func<FeatureSchema, ExampleSource> createSource, CancellationToken cancellationToken,
        Schedule? usersEvery = null, Staleness staleness = Staleness.None)
    {
        var schema = CreateSchema(usersEvery);
        using var tables = CreateTables(schema);
        using var model = CreateModel(schema);
        var options = CreateOptions();
        options.Staleness = staleness;
        await using var trainer = new OnlineTrainer(tables, model, createSource(schema), store, options);
        await trainer.RunAsync(null, cancellationToken);
    }

    /// <summary>How it is trained: nothing goes by the clock.</summary>
    public static OnlineTrainerOptions CreateOptions() => new()
    {
        EvictEvery = TimeSpan.FromSeconds(7),
        Synchronization = new()
        {
            SparseEvery = Schedule.ByBatches(CommitEvery),
            CompactAfterDeltas = 8,
            Retention = new() { Commits = 12, Age = TimeSpan.Zero },
        },
    };

    /// <summary>The stream.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="steps">How many batches it has.</param>
    /// <param name="seed">Another gives other examples.</param>
    public static ExampleSource CreateSource(FeatureSchema schema, long steps, ulong seed = 9)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
        var stream = new SyntheticClickStream(new() { EventCount = steps * BatchSize, EventsPerSecond = 50, Users = 5000, Seed = seed });
        return ExampleSource.From(stream.Read, encoder, BatchSize);
    }
}
