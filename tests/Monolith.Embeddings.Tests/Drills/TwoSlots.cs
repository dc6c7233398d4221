using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Drills;

/// <summary>A trainer of two slots, of which one may fall silent, and of a model that may diverge; it commits after ten batches.</summary>
internal sealed class TwoSlots : IDisposable
{
    public const int Examples = 3000, BatchSize = 100;

    private readonly MemorySnapshotStore _store = new();
    private readonly FeatureSchema _schema;
    private readonly EmbeddingTableSet _tables;
    private readonly DivergingModel _model;

    public TwoSlots(string name, FakeLogger log, Func<int, bool> hasTag)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", r => r.Bias(new FtrlOptions()));
        var (user, tag, click) = (builder.Slot("user", "ids"), builder.Slot("tag", "ids"), builder.Task("click"));
        _schema = builder.Build();
        var encoder = new ExampleEncoder<int>(_schema, (in int i, ExampleWriter w) =>
        {
            w.Id(user, i % 40).Label(click, i % 2 == 0);
            if (hasTag(i)) w.Id(tag, 1000 + (i % 7));
        });
        _tables = new EmbeddingTableSet(_schema, new() { Seed = 1, MemoryLimitBytes = 1 << 24 });
        _model = new DivergingModel(new LogisticRegression(_schema), name);
        var options = new OnlineTrainerOptions { Logger = log, Scored = (_, _) => Scored?.Invoke() };
        options.Synchronization.SparseEvery = Schedule.ByBatches(10);
        Trainer = new OnlineTrainer(
            _tables, _model, ExampleSource.From(() => Enumerable.Range(0, Examples), encoder, BatchSize), _store, options);
    }

    public OnlineTrainer Trainer { get; }

    public Action? Scored { get; set; }

    /// <summary>After how many batches the dense weights are no longer finite.</summary>
    public int DivergesAfter
    {
        set => _model.DivergesAfter = value;
    }

    public Task<ModelReplica> OpenReplicaAsync(string name, FakeLogger log) => ModelReplica.OpenAsync(
        _store, new DivergingModel(new LogisticRegression(_schema), _model.Name),
        new() { Name = name, Logger = log, PollEvery = Timeout.InfiniteTimeSpan });

    public void Dispose()
    {
        Trainer.DisposeAsync().AsTask().Wait();
        _model.Dispose();
        _tables.Dispose();
    }
}
