using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Snapshots.Formats;

/// <summary>
/// The training that wrote the golden stores: counted and expiring users, items of 16 bits at a row limit behind a sketch, a dense model,
/// metrics and positions. Every batch follows from its number.
/// </summary>
internal static class GoldenTrainer
{
    private const int BatchSize = 16;

    /// <summary>Whose ids the stream has: all are less.</summary>
    public const int Users = 300, Items = 200;

    public static FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()), t =>
            (t.Stripes, t.Expiry, t.Admission) = (4, new TimeToLiveOptions(TimeSpan.FromSeconds(20)), new MinOccurrencesOptions(2)));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions(), new UniformInitializerOptions()), t =>
        {
            (t.Stripes, t.MaxRows, t.AtLimit) = (2, 80, new LeastRecentlyUpdatedOptions());
            t.Admission = new MinOccurrencesOptions(2) { Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes } };
            (t.TrackFrequency, t.TrackAdmissionTime) = (true, true);
            (t.Segments[1].Precision, t.Segments[1].StatePrecision) = (RowPrecision.BFloat16, RowPrecision.BFloat16);
        });
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    public static EmbeddingTableSet CreateTables(FeatureSchema schema) => new(schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });

    public static OnlineModel CreateModel(FeatureSchema schema) => new DeepFm(schema, new() { Hidden = [8], Seed = 3 });

    /// <summary>Goes on from the store's newest commit until a batch, with a commit after every third.</summary>
    public static async Task TrainAsync(SnapshotStore store, int batches)
    {
        var schema = CreateSchema();
        using var tables = CreateTables(schema);
        using var model = CreateModel(schema);
        var options = new OnlineTrainerOptions
        {
            EvictEvery = TimeSpan.FromSeconds(7),
            Synchronization = new()
            {
                SparseEvery = Schedule.ByBatches(3),
                CompactAfterDeltas = null,
                Retention = new() { Commits = 1000, Age = TimeSpan.Zero },
            },
        };
        await using var trainer = new OnlineTrainer(tables, model, CreateSource(schema, batches), store, options);
        await trainer.RunAsync(null, CancellationToken.None);
    }

    private static ExampleSource CreateSource(FeatureSchema schema, int batches)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<GoldenClick>(schema, (in GoldenClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Label(click, c.IsClicked).At(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + c.Second)));
        return ExampleSource.From(() => Read(batches * BatchSize), encoder, BatchSize);
    }

    private static IEnumerable<GoldenClick> Read(int count)
    {
        var state = 1u;
        for (var i = 0; i < count; i++)
        {
            var (user, item) = (Next(Users), Next(Items));
            yield return new GoldenClick(user, item, (user + item) % 3 == 0, i / 4);
        }

        // Squares, so that some ids are frequent: the constants are those of Numerical Recipes.
        int Next(int below)
        {
            state = unchecked((state * 1664525) + 1013904223);
            var share = (state >> 8) / (double)(1 << 24);
            return (int)(below * share * share);
        }
    }

    private readonly record struct GoldenClick(long User, long Item, bool IsClicked, long Second);
}
