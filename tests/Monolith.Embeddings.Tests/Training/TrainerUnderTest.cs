using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// The training of <see cref="CrashScenario"/>, with options of its own, a commit after every batch, and everything within reach.
/// </summary>
internal sealed class TrainerUnderTest : IAsyncDisposable
{
    private readonly OnlineModel _model;

    public TrainerUnderTest(
        SnapshotStore store, long steps, Action<OnlineTrainerOptions>? configure = null, FeatureSchema? schema = null,
        Action<StreamPosition>? committed = null,
        Func<FeatureSchema, OnlineModel>? model = null)
    {
        Schema = schema ?? CrashScenario.CreateSchema();
        Tables = CrashScenario.CreateTables(Schema);
        _model = model?.Invoke(Schema) ?? CrashScenario.CreateModel(Schema);
        var options = CrashScenario.CreateOptions();
        options.Synchronization.SparseEvery = Schedule.ByBatches(1);
        // A commit that failed is tried again after the next batch.
        options.Synchronization.Failures = new() { RetryAfter = TimeSpan.FromTicks(1), RetryAtMost = TimeSpan.FromTicks(1) };
        configure?.Invoke(options);
        Trainer = new OnlineTrainer(
            Tables, _model, new WatchedSource(CrashScenario.CreateSource(Schema, steps), committed), store, options);
    }

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineTrainer Trainer { get; }

    public static FeatureSchema OtherSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(5, new AdagradOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(5, new AdamOptions()));
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Tables.Dispose();
        _model.Dispose();
    }

    private sealed class WatchedSource(ExampleSource inner, Action<StreamPosition>? committed) : ExampleSource
    {
        public override FeatureSchema Schema => inner.Schema;

        public override bool CanRewind => inner.CanRewind;

        public override bool IsDeterministic => inner.IsDeterministic;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(from, cancellationToken);

        public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
        {
            committed?.Invoke(position);
            return ValueTask.CompletedTask;
        }
    }
}
