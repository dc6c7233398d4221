using System.Globalization;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Stale;

/// <summary>
/// A training drawn by a seed: few ids, so that most batches share some with the one before; bags with weights, rows that are born from
/// others, buckets whose bounds are learned, quantized and 16-bit rows, gradients corrected for delay, admission, expiry, limits, two
/// tasks.
/// </summary>
internal sealed class StaleShop
{
    public const int Events = 900;

    private readonly int _seed;
    private readonly FeatureSlot _user, _item, _category, _tags, _recent;
    private readonly NumberColumn _price;

    public StaleShop(int seed, int? batchSize = null)
    {
        var random = new Random(seed);
        _seed = seed;
        BatchSize = random.Next(1, 50);
        if (batchSize is { } given) BatchSize = given;
        Ids = random.Next(10, 200);
        Evictions = random.Next(2) == 0 ? Schedule.ByBatches(random.Next(2, 9)) : Schedule.ByEventTime(TimeSpan.FromMinutes(20));
        if (random.Next(3) == 0) Clip = 0.1f + random.NextSingle();
        var f = new FeatureSchemaBuilder();
        var delayed = new DelayCompensationOptions { Inner = new AdagradOptions(), Lambda = 0.3f };
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, delayed), t =>
        {
            if (random.Next(2) == 0) t.Admission = new MinOccurrencesOptions(random.Next(2, 5));
            if (random.Next(2) == 0) t.Expiry = new TimeToLiveOptions(TimeSpan.FromMinutes(random.Next(5, 200)));
            if (random.Next(2) == 0) t.Segments[1].FakeQuantization = new() { Format = RowFormat.Int8 };
        });
        f.Table("categories", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions()), t =>
        {
            if (random.Next(2) == 0) t.Segments[1].Precision = RowPrecision.Float16;
            if (random.Next(3) > 0) t.MaxRows = Ids;
            if (random.Next(2) == 0) t.AtLimit = new LeastRecentlyUpdatedOptions();
            if (random.Next(2) == 0) t.Admission = new MinOccurrencesOptions(2);
        });
        _category = f.Slot("category", "categories");
        _user = f.Slot("user", "users");
        _item = f.Slot("item", "items", bornFrom: random.Next(2) == 0 ? _category : null);
        _tags = f.Slot("tags", "users", Pooling.Mean, maxIds: 4);
        _recent = f.Slot("recent", "items", Pooling.Max, maxIds: 3);
        _price = f.Number("price");
        if (random.Next(2) == 0) f.Buckets("bucket", "categories", _price, BucketBounds.Quantiles(6, Events / 3));
        f.Normalized("norm", _price);
        (Click, Buy) = (f.Task("click"), f.Task("buy"));
        Schema = f.Build();
    }

    public FeatureSchema Schema { get; }

    public LabelTask Click { get; }

    public LabelTask Buy { get; }

    public int BatchSize { get; }

    public int Ids { get; }

    public Schedule Evictions { get; }

    public float? Clip { get; }

    public EmbeddingTableSet CreateTables(int stripes = 0)
    {
        var set = new EmbeddingTableSetOptions { Seed = 3, MemoryLimitBytes = 64 << 20 };
        if (stripes > 0) foreach (var table in Schema.Tables) table.Stripes = stripes;
        return new EmbeddingTableSet(Schema, set);
    }

    public OnlineModel CreateModel() => new DeepFm(Schema, new() { Hidden = [6], Seed = 4 });

    /// <summary>The stream; a reading may be slow now and then, so that batches are not there in time.</summary>
    public ExampleSource CreateSource(int events = Events, bool isSlow = false)
    {
        var encoder = new ExampleEncoder<int>(Schema, (in int n, ExampleWriter w) => Write(n, w));
        return ExampleSource.From(() => Enumerable.Range(0, events).Select(n => Slowly(n, isSlow)), encoder, BatchSize);
    }

    /// <summary>A batch of its own, from an event on.</summary>
    public ExampleBatch CreateBatch(int first)
    {
        var (batch, encoder) = (new ExampleBatch(Schema), new ExampleEncoder<int>(Schema, (in int n, ExampleWriter w) => Write(n, w)));
        for (var n = first; n < first + BatchSize; n++) encoder.Encode(n, batch);
        return batch;
    }

    public OnlineTrainerOptions CreateOptions(Staleness staleness, int ahead = 2, int threads = 1) => new()
    {
        Staleness = staleness,
        ReadAheadBatches = ahead,
        MaxDegreeOfParallelism = threads,
        EvictEvery = Evictions,
        ClipGlobalNorm = Clip,
        MaxRefusedShare = 1,
    };

    /// <summary>Trains, and says what was learned and predicted, to the bit.</summary>
    public async Task<string> TrainAsync(Staleness staleness, int ahead = 2, int threads = 1, bool isSlow = false, int stripes = 0)
    {
        using var tables = CreateTables(stripes);
        using var model = CreateModel();
        var logits = new List<float>();
        var options = CreateOptions(staleness, ahead, threads);
        options.Scored = (_, scored) => logits.AddRange(scored);
        await using var trainer = new OnlineTrainer(tables, model, CreateSource(isSlow: isSlow), options);
        await trainer.RunAsync();
        return StateOf(tables, model, logits);
    }

    /// <summary>Trains in lives: each ends after the given number of events and its commit, and the next goes on from there.</summary>
    public async Task<string> TrainInLivesAsync(int events, int ahead, SnapshotStore store, Action<OnlineTrainerOptions>? configure = null)
    {
        var logits = new List<float>();
        for (var end = events - events % BatchSize; ; end += events - events % BatchSize)
        {
            using var tables = CreateTables();
            using var model = CreateModel();
            var options = CreateOptions(Staleness.OneBatch, ahead);
            options.Scored = (_, scored) => logits.AddRange(scored);
            options.Synchronization = new() { SparseEvery = Schedule.ByBatches(3) };
            configure?.Invoke(options);
            await using var trainer = new OnlineTrainer(tables, model, CreateSource(Math.Min(end, Events)), store, options);
            await trainer.RunAsync();
            if (end >= Events) return StateOf(tables, model, logits);
        }
    }

    public static string StateOf(EmbeddingTableSet tables, OnlineModel model, List<float> logits)
    {
        using var dense = new MemoryStream();
        model.Save(dense);
        return string.Join('\n', [
            .. SavedState.Of(tables), Convert.ToHexString(dense.ToArray()),
            .. Bits.Of(logits.ToArray()).Select((bits, i) => string.Create(CultureInfo.InvariantCulture, $"{i}: {bits:x8}")),
        ]);
    }

    private int Slowly(int n, bool isSlow)
    {
        if (isSlow && new Random(n).Next(3 * BatchSize) == 0) Thread.Sleep(2);
        return n;
    }

    private void Write(int n, ExampleWriter w)
    {
        var random = new Random(unchecked(n * 7919 + _seed * 104_729) & int.MaxValue);
        // More and more ids, of which low ones come more often.
        var most = Ids / 2 + n * Ids / Events;
        int Draw() => (int)(most * random.NextDouble() * random.NextDouble());
        var item = Draw();
        w.Id(_category, item % 7).Id(_user, Draw()).Id(_item, item).Number(_price, random.NextSingle() * 100);
        for (var i = random.Next(4); i > 0; i--) w.Id(_tags, Draw(), random.NextSingle());
        for (var i = random.Next(3); i > 0; i--) w.Id(_recent, Draw());
        w.Label(Click, item % 3 == 0).Label(Buy, random.Next(4) == 0);
        // A clock is wrong now and then.
        w.At(DateTimeOffset.UnixEpoch.AddDays(19_000).AddSeconds(n * 20 + (random.Next(200) == 0 ? 3600 : 0)));
    }
}
