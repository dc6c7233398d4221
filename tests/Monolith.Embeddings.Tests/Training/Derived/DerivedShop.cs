using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Derived;

/// <summary>A schema with a feature of each kind that is derived, a stream for it, and a trainer of a factorization machine.</summary>
internal sealed class DerivedShop : IAsyncDisposable
{
    public const int Events = 6_000, LearnFrom = 2_345;

    private readonly ExampleEncoder<int> _encoder;

    public DerivedShop(
        SnapshotStore? store = null, int ahead = 1, int batchSize = 50, int events = Events, Schedule? commits = null,
        Staleness staleness = Staleness.None)
    {
        var f = new FeatureSchemaBuilder();
        foreach (var table in new[] { "users", "items", "derived" })
            f.Table(table, r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        (User, Item, Hour) = (f.Slot("user", "users"), f.Slot("item", "items"), f.Slot("hour", "derived"));
        Tags = f.Slot("tags", "derived", Pooling.Mean, maxIds: 3);
        (Price, Age) = (f.Number("price"), f.Number("age"));
        PriceBucket = f.Buckets("price_bucket", "derived", Price, BucketBounds.Quantiles(8, LearnFrom));
        AgeBucket = f.Buckets("age_bucket", "derived", Age, BucketBounds.At(18, 30, 50));
        f.Buckets("price_size", "derived", Price, BucketBounds.Logarithmic(1, 2, 10));
        f.Cross("user_hour", "derived", User, Hour);
        f.Cross("tags_age", "derived", Tags, AgeBucket);
        ItemPrice = f.Cross("item_price", "derived", Item, PriceBucket);
        f.Dense(1);
        f.SignedLog("price_log", Price);
        f.Normalized("price_norm", Price, new() { HalfLife = 500, Clip = 3 });
        f.Normalized("age_norm", Age);
        f.IsMissing("no_price", Price);
        Click = f.Task("click");
        Schema = f.Build();
        _encoder = new ExampleEncoder<int>(Schema, (in int n, ExampleWriter w) => Write(n, w));
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        Model = NewModel();
        Source = ExampleSource.From(() => Enumerable.Range(0, events), _encoder, batchSize);
        var options = new OnlineTrainerOptions
        {
            ReadAheadBatches = ahead,
            Staleness = staleness,
            WindowExamples = 1_000_000,
            Logger = Log,
            Scored = (_, logits) =>
            {
                Logits.AddRange(logits);
                if (Logits.Count == StopAfter) throw new InvalidTimeZoneException("stopped");
            },
        };
        if (commits is { } every) options.Synchronization.SparseEvery = every;
        Trainer = store is null
            ? new OnlineTrainer(Tables, Model, Source, options)
            : new OnlineTrainer(Tables, Model, Source, store, options);
    }

    public FakeLogger Log { get; } = new();

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Hour { get; }

    public FeatureSlot Tags { get; }

    public FeatureSlot PriceBucket { get; }

    public FeatureSlot AgeBucket { get; }

    public FeatureSlot ItemPrice { get; }

    public NumberColumn Price { get; }

    public NumberColumn Age { get; }

    public LabelTask Click { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineModel Model { get; }

    public ExampleSource Source { get; }

    public OnlineTrainer Trainer { get; }

    /// <summary>All that was predicted before it was learned.</summary>
    public List<float> Logits { get; } = [];

    /// <summary>After how many predictions the run is thrown out of.</summary>
    public int StopAfter { get; set; } = -1;

    /// <summary>What the model and its derived features hold.</summary>
    public byte[] Saved
    {
        get
        {
            var bytes = new MemoryStream();
            Model.Save(bytes);
            return bytes.ToArray();
        }
    }

    public OnlineModel NewModel() => new FactorizationMachine(Schema);

    public ExampleBatch Batch(int first, int count)
    {
        var batch = new ExampleBatch(Schema);
        for (var n = first; n < first + count; n++) _encoder.Encode(n, batch);
        return batch;
    }

    /// <summary>The features of an event, for a request.</summary>
    public void Write(int n, FeatureWriter writer)
    {
        var random = new Random(n);
        if (random.Next(20) > 0) writer.Id(User, random.Next(40));
        writer.Id(Item, random.Next(60));
        if (random.Next(10) > 0) writer.Id(Hour, 1000 + random.Next(24));
        for (var i = random.Next(4); i > 0; i--) writer.Id(Tags, 2000 + random.Next(12));
        if (random.Next(7) > 0) writer.Number(Price, (float)Math.Exp(5 * random.NextDouble()) - 2);
        if (random.Next(5) > 0) writer.Number(Age, random.Next(90));
        writer.Dense(0, random.NextSingle());
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Model.Dispose();
        Tables.Dispose();
    }

    private void Write(int n, ExampleWriter writer)
    {
        Write(n, new FeatureWriter(writer.OpenBatch));
        writer.Label(Click, new Random(n * 31).Next(3) == 0).At(1_700_000_000_000 + n);
    }
}
