using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TorchSharp;
using Monolith.Embeddings.Training;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using TorchRecommender.Data;
using TorchRecommender.Zoo;

namespace TorchRecommender.Contest;

/// <summary>A module of the zoo with its tables, ready to learn from a dataset and to commit what it learns.</summary>
internal sealed class TorchContestant : IAsyncDisposable
{
    private readonly EmbeddingTableSet _tables;
    private readonly TorchModel _model;
    private readonly OnlineTrainer _trainer;

    /// <param name="dataset">What it learns from.</param>
    /// <param name="zoo">Which module.</param>
    /// <param name="settings">The numbers that all contestants have in common.</param>
    /// <param name="module">Those of the module.</param>
    /// <param name="scored">Sees every batch with what was predicted for it before it was learned.</param>
    /// <param name="store">Where it commits to; null for nowhere.</param>
    /// <param name="commitEvery">How many batches lie between two commits.</param>
    public TorchContestant(
        ServedDataset dataset, ZooModel zoo, ModelSettings settings, ZooSettings module, ScoredBatchHandler scored,
        SnapshotStore? store = null, long commitEvery = 1000)
    {
        var schema = Contestant.CreateSchema(dataset, settings);
        _model = zoo.CreateModel(schema, module);
        _tables = new EmbeddingTableSet(schema, new EmbeddingTableSetOptions { Seed = settings.Seed });
        var source = dataset.Open(schema, new CollisionlessIds(), settings.BatchSize);
        var options = new OnlineTrainerOptions
        {
            WindowExamples = settings.Window,
            Scored = scored,
            Synchronization = new() { SparseEvery = Schedule.ByBatches(commitEvery) },
        };
        _trainer = store is null
            ? new OnlineTrainer(_tables, _model, source, options)
            : new OnlineTrainer(_tables, _model, source, store, options);
    }

    /// <summary>The rows of its table.</summary>
    public long Rows => _tables.Tables[0].Count;

    /// <summary>The memory of its table, in bytes.</summary>
    public long MemoryBytes => _tables.MemoryBytes;

    /// <summary>Learns from the whole dataset, from the newest commit on.</summary>
    public Task<TrainingProgress> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        _trainer.RunAsync(progress, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _trainer.DisposeAsync();
        _model.Dispose();
        _tables.Dispose();
    }
}
