using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>A model that has learned a little over users, their recent items and two cities, and the predictors of it.</summary>
internal sealed class RankedShop : IAsyncDisposable
{
    public const int Items = 400;

    private readonly Func<FeatureSchema, OnlineModel> _createModel;
    private readonly SnapshotStore _store;
    private readonly EmbeddingLayer _layer;

    public RankedShop(
        Func<FeatureSchema, OnlineModel> createModel, SnapshotStore? store = null, OnlineTrainerOptions? options = null, int tasks = 1,
        int biases = 1)
    {
        (_createModel, _store) = (createModel, store ?? new MemorySnapshotStore());
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions(), heads: biases).Vector(16, new AdagradOptions()));
        // The segments of one table stand in another order.
        f.Table("items", r => r.Vector(16, new AdagradOptions()).Bias(new FtrlOptions(), heads: biases));
        User = f.Slot("user", "users");
        Recent = f.Slot("recent", "items", Pooling.Mean, maxIds: 5);
        Item = f.Slot("item", "items");
        City = f.Slot("city", "users", Pooling.FirstN, maxIds: 2);
        f.Dense(2);
        for (var i = 0; i < tasks; i++) f.Task($"task{i}");
        Schema = f.Build();
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        Model = createModel(Schema);
        var random = new Random(3);
        var encoder = new ExampleEncoder<int>(Schema, (in int n, ExampleWriter w) =>
        {
            w.Id(User, n % 50).Ids(Recent, [n % 7, n % 11]).Id(Item, random.Next(Items)).Ids(City, [1000 + n % 3, 1010])
                .Dense(0, random.NextSingle()).Dense(1, 2);
            foreach (var task in Schema.Tasks) w.Label(task, random.Next(3) == 0);
        });
        Trainer = new OnlineTrainer(
            Tables, Model, ExampleSource.From(() => Enumerable.Range(0, 4000), encoder, 40), _store, options);
        _layer = new EmbeddingLayer(Tables, Schema);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Recent { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot City { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineModel Model { get; }

    public OnlineTrainer Trainer { get; }

    /// <summary>All ids of the item table.</summary>
    public long[] Ids => [.. Tables.Tables[1].EnumerateRows().Ids()];

    public static async Task<RankedShop> TrainAsync(
        Func<FeatureSchema, OnlineModel> createModel, SnapshotStore? store = null, OnlineTrainerOptions? options = null, int tasks = 1,
        int biases = 1)
    {
        var shop = new RankedShop(createModel, store, options, tasks, biases);
        await shop.Trainer.RunAsync();
        return shop;
    }

    public Task<LivePredictor> OpenLiveAsync() =>
        LivePredictor.OpenAsync(Trainer, () => _createModel(Schema), new() { RefreshEvery = Timeout.InfiniteTimeSpan });

    public Task<ModelReplica> OpenReplicaAsync(RowFormat precision = RowFormat.Float32) => ModelReplica.OpenAsync(
        _store, _createModel(Schema), new() { Precision = precision, PollEvery = Timeout.InfiniteTimeSpan, MemoryLimitBytes = 64 << 20 });

    /// <summary>What all items share.</summary>
    public void WriteContext(FeatureWriter writer) =>
        writer.Id(User, 4).Ids(Recent, [3, 77, 5]).Ids(City, [1001, 1010]).Dense(0, 0.25f).Dense(1, -3);

    /// <summary>
    /// The logits of the reported task of some items by the model itself, and for each how far rounding may take a sum of the same terms
    /// from it.
    /// </summary>
    public (float[] Logits, double[] Bounds) Logits(IReadOnlyList<long> items)
    {
        var batch = new FeatureBatch(Schema);
        foreach (var item in items)
        {
            var row = batch.BeginRow();
            WriteContext(row);
            row.Id(Item, item);
            batch.EndRow();
        }
        _layer.Lookup(batch);
        var (tasks, reported) = (Schema.Tasks.Count, Model.ReportedTask!.Index);
        var logits = new float[items.Count * tasks];
        Model.Predict(new PredictContext(_layer.Inputs, batch, logits));
        return ([.. logits.Where((_, i) => i % tasks == reported)], [.. items.Select((_, row) => Bound(_layer.Inputs, row))]);
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Tables.Dispose();
        Model.Dispose();
    }

    // As the documentation says: 2 (n + 4) 2^-24 M.
    private double Bound(FeatureBlocks inputs, int row)
    {
        var (bias, vector) = (Schema.Layout.Find("bias")!, Schema.Layout.Find("vector")!);
        var (graph, head) = (((BuiltInModel)Model).Graph, Model.ReportedTask!.Index);
        var (linear, heads) = (graph.Linear.Parameter.Weights, graph.Inputs.Heads.Count);
        var magnitude = Math.Abs((double)linear[head]);
        foreach (var value in inputs.Block(bias).Slice(row * bias.Width, bias.Width)) magnitude += Math.Abs(value);
        var dense = inputs.Dense.Slice(row * Schema.DenseWidth, Schema.DenseWidth);
        for (var i = 0; i < dense.Length; i++) magnitude += Math.Abs(linear[(1 + i) * heads + head] * dense[i]);
        var vectors = inputs.Block(vector).Slice(row * vector.Width, vector.Width);
        for (var f = 0; f < 16; f++)
        {
            var sum = 0.0;
            for (var i = f; i < vectors.Length; i += 16) sum += Math.Abs(vectors[i]);
            magnitude += sum * sum * Math.Abs(graph.Interaction?.Parameter?.Weights[f * heads + head] ?? 1);
        }
        return 2.0 * (bias.Width + vector.Width + Schema.DenseWidth + 4) / (1 << 24) * magnitude;
    }
}
