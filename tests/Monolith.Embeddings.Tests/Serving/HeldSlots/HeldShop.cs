using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Serving.HeldSlots;

/// <summary>A shop with two slots that are held in serving: the place at which an item was shown, and the page that showed it.</summary>
internal sealed class HeldShop : IAsyncDisposable
{
    public const long HeldPlace = 1, HeldPage = -9;

    private readonly Func<FeatureSchema, OnlineModel> _createModel;
    private readonly SnapshotStore _store = new MemorySnapshotStore();
    private readonly EmbeddingLayer _layer;

    public HeldShop(Func<FeatureSchema, OnlineModel> createModel, long heldPage = HeldPage)
    {
        _createModel = createModel;
        var f = new FeatureSchemaBuilder();
        foreach (var table in (string[])["users", "items", "places", "pages"])
            f.Table(table, r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        User = f.Slot("user", "users");
        Item = f.Slot("item", "items");
        Place = f.Position("place", "places", HeldPlace);
        Page = f.Slot("page", "pages", Pooling.FirstN, maxIds: 2, heldInServing: heldPage);
        Click = f.Task("click");
        Schema = f.Build();
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        Model = createModel(Schema);
        var encoder = new ExampleEncoder<int>(Schema, (in int n, ExampleWriter w) => w
            .Id(User, n % 11).Id(Item, n * 7 % 40).Ids(Page, n % 3 == 0 ? [HeldPage] : [n % 4, HeldPage]).Label(Click, n * 31 % 7 < 3)
            .Served(new() { Position = 1 + n % 5 }));
        Trainer = new OnlineTrainer(Tables, Model, ExampleSource.From(() => Enumerable.Range(0, 2000), encoder, 40), _store);
        _layer = new EmbeddingLayer(Tables, Schema);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Place { get; }

    public FeatureSlot Page { get; }

    public LabelTask Click { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineModel Model { get; }

    public OnlineTrainer Trainer { get; }

    public static async Task<HeldShop> TrainAsync(Func<FeatureSchema, OnlineModel> createModel)
    {
        var shop = new HeldShop(createModel);
        await shop.Trainer.RunAsync();
        return shop;
    }

    public async Task<Predictor> OpenAsync(bool isLive, Func<FeatureSchema, OnlineModel>? createModel = null, ServedLog? log = null)
    {
        var model = createModel ?? _createModel;
        if (isLive)
            return await LivePredictor.OpenAsync(
                Trainer, () => model(Schema), new() { RefreshEvery = Timeout.InfiniteTimeSpan, ServedLog = log });
        return await ModelReplica.OpenAsync(
            _store, model(Schema), new() { PollEvery = Timeout.InfiniteTimeSpan, MemoryLimitBytes = 64 << 20, ServedLog = log });
    }

    /// <summary>The probabilities of items by the model itself, where the held slots are written as they are held.</summary>
    public float[] Held(long user, params long[] items) => Written(user, [HeldPlace], [HeldPage], items);

    /// <summary>The probabilities of items by the model itself, for what is written.</summary>
    public float[] Written(long user, long[] places, long[] pages, params long[] items)
    {
        var batch = new FeatureBatch(Schema);
        foreach (var item in items)
        {
            batch.BeginRow().Id(User, user).Id(Item, item).Ids(Place, places).Ids(Page, pages);
            batch.EndRow();
        }
        _layer.Lookup(batch);
        var logits = new float[items.Length];
        Model.Predict(new PredictContext(_layer.Inputs, batch, logits));
        return [.. logits.Select(logit => Logistic.Sigmoid(logit))];
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Tables.Dispose();
        Model.Dispose();
    }
}
