using System.Threading.Channels;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>A trainer whose stream is fed by hand, and the models that predict beside it.</summary>
internal sealed class LiveTrainer : IAsyncDisposable
{
    public const int BatchSize = 8, Ids = 30;

    private readonly Channel<int> _events = Channel.CreateUnbounded<int>();
    private readonly SemaphoreSlim _scored = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<FeatureSchema, OnlineModel> _createModel;
    private int _next;
    private Task _running = Task.CompletedTask;

    /// <param name="createModel">Makes the model that learns, and those that predict; a DeepFM where null.</param>
    /// <param name="isCounting">Whether each step adds one to all weights of a row, which begin at zero.</param>
    /// <param name="staleness">How stale it learns.</param>
    public LiveTrainer(
        Func<FeatureSchema, OnlineModel>? createModel = null, bool isCounting = false, Staleness staleness = Staleness.None)
    {
        _createModel = createModel ?? (schema => new DeepFm(schema, new() { Hidden = [6], MaxDegreeOfParallelism = 1 }));
        Schema = CreateSchema(isCounting);
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        Model = CreateModel();
        var encoder = new ExampleEncoder<int>(Schema, (in int n, ExampleWriter w) => w
            .Id(Schema.Slots[0], n * 7 % Ids).Id(Schema.Slots[1], n * 11 % Ids).Dense(0, n % 3).Label(Schema.Tasks[0], n % 5 < 2));
        Trainer = new OnlineTrainer(Tables, Model, ExampleSource.From(_events.Reader.ReadAllAsync(), encoder, BatchSize),
            new() { Scored = (_, _) => _scored.Release(), Staleness = staleness });
    }

    public ManualTime Time { get; } = new();

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineModel Model { get; }

    public OnlineTrainer Trainer { get; }

    /// <summary>How the run ended.</summary>
    public Task Running => _running;

    public OnlineModel CreateModel() => _createModel(Schema);

    public void Start() => _running = Task.Run(() => Trainer.RunAsync(cancellationToken: _stopping.Token));

    /// <summary>Gives the trainer some batches, and waits until they are learned from.</summary>
    public async Task LearnAsync(int batches = 1)
    {
        Feed(batches);
        for (var i = 0; i < batches; i++) await _scored.WaitAsync();
    }

    public void Feed(int batches)
    {
        for (var i = 0; i < batches * BatchSize; i++) _events.Writer.TryWrite(_next++);
    }

    /// <summary>Ends the stream, and with it the run.</summary>
    public Task EndAsync()
    {
        _events.Writer.TryComplete();
        return _running;
    }

    public Task<LivePredictor> OpenAsync(TimeSpan? refreshEvery = null) => LivePredictor.OpenAsync(
        Trainer, CreateModel, new() { RefreshEvery = refreshEvery ?? Timeout.InfiniteTimeSpan }, Time);

    /// <summary>The scores of a user and some items, by a predictor's request.</summary>
    public float[] Scores(Predictor predictor, long user, params long[] items)
    {
        using var request = predictor.Rent(items.Length);
        Write(request, user, items);
        var scores = new float[items.Length];
        predictor.Predict(request, scores);
        return scores;
    }

    public void Write(PredictionRequest request, long user, params long[] items)
    {
        request.Shared.Id(Schema.Slots[0], user).Dense(0, 1);
        foreach (var item in items) request.Add().Id(Schema.Slots[1], item);
    }

    /// <summary>The logits of the same by the model itself, which must stand still.</summary>
    public float[] Logits(OnlineModel model, long user, params long[] items)
    {
        var (layer, batch) = (new EmbeddingLayer(Tables, Schema), new FeatureBatch(Schema));
        foreach (var item in items)
        {
            batch.BeginRow().Id(Schema.Slots[0], user).Id(Schema.Slots[1], item).Dense(0, 1);
            batch.EndRow();
        }
        layer.Lookup(batch);
        var logits = new float[items.Length];
        model.Predict(new PredictContext(layer.Inputs, batch, logits));
        return logits;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Trainer.DisposeAsync();
        await ((Task)_running.ContinueWith(_ => { }, TaskScheduler.Default));
        Tables.Dispose();
        Model.Dispose();
        Time.Dispose();
        _scored.Dispose();
        _stopping.Dispose();
    }

    private static FeatureSchema CreateSchema(bool isCounting)
    {
        var f = new FeatureSchemaBuilder();
        OptimizerOptions rule = isCounting ? new SgdOptions { LearningRate = 1 } : new AdagradOptions();
        foreach (var table in (string[])["users", "items"])
        {
            if (isCounting) f.Table(table, r => r.Segment(RowBuilder.VectorName, 16, rule, new ConstantInitializerOptions()));
            else f.Table(table, r => r.Bias(rule).Vector(5, rule));
        }
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Dense(1);
        f.Task("click");
        return f.Build();
    }
}
