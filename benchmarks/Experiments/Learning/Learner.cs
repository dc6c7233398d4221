using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Experiments.Learning;

/// <summary>
/// A DeepFM that learns a sequence of events, as far as it is told. With a store it begins where the newest commit
/// stands, and commits as its options say. One thread; the same bits for the same events, options and seed.
/// </summary>
internal sealed class Learner : IAsyncDisposable
{
    private readonly LogSchema _schema;
    private readonly LearnerOptions _options;
    private readonly EventSequence _events;
    private readonly OnlineModel _model;

    /// <summary>Creates a learner that has learned nothing, or what its store has.</summary>
    /// <param name="rows">The events.</param>
    /// <param name="events">Which of them, in which order.</param>
    /// <param name="options">The model, the tables and the store.</param>
    public Learner(LogRows rows, EventSequence events, LearnerOptions options)
    {
        (_schema, _options, _events) = (new LogSchema(rows, options.Model), options, events);
        Tables = new EmbeddingTableSet(_schema.Schema, new EmbeddingTableSetOptions { Seed = options.Model.Seed });
        _model = CreateModel();
        var source = events.Open(_schema.Encoder, options.Model.BatchSize);
        Trainer = options.Store is { } store
            ? new OnlineTrainer(Tables, _model, source, store, TrainerOptions())
            : new OnlineTrainer(Tables, _model, source, TrainerOptions());
    }

    /// <summary>The tables.</summary>
    public EmbeddingTableSet Tables { get; }

    /// <summary>The trainer.</summary>
    public OnlineTrainer Trainer { get; }

    /// <summary>A model of the same schema, for predictions beside the learner.</summary>
    public OnlineModel CreateModel() => new DeepFm(_schema.Schema, new DeepFmOptions
    {
        Optimizer = new AdagradOptions { LearningRate = _options.Model.DenseRate },
        Hidden = [.. _options.Model.Hidden],
        Seed = _options.Model.Seed,
        MaxDegreeOfParallelism = 1,
    });

    /// <summary>Learns on, up to an event.</summary>
    /// <param name="limit">How many events of the sequence are learned then, from its first.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public Task<TrainingProgress> LearnToAsync(int limit, CancellationToken cancellationToken)
    {
        _events.Limit = limit;
        return Trainer.RunAsync(null, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        _model.Dispose();
        Tables.Dispose();
    }

    private OnlineTrainerOptions TrainerOptions() => new()
    {
        MaxDegreeOfParallelism = 1,
        // Trials share the processors; handing small batches from one thread to another costs more than it saves.
        ReadAheadBatches = 0,
        Scored = _options.Scored,
        EvictEvery = _options.Model.TimeToLiveDays is null ? Schedule.Never : Schedule.ByEventTime(TimeSpan.FromHours(1)),
        Synchronization = new SynchronizationOptions
        {
            SparseEvery = _options.SparseEvery,
            DenseEvery = _options.DenseEvery,
            CommitAtEnd = _options.CommitAtEnd,
            CompactAfterDeltas = null,
            // Experiments go back to old commits.
            Retention = new SnapshotRetention { Commits = 1_000_000 },
        },
    };
}
