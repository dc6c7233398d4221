using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using OnlineTraining.Data;

namespace OnlineTraining.Contest;

/// <summary>A model with its tables, ready to learn from a dataset.</summary>
public sealed class Contestant : IDisposable
{
    private readonly EmbeddingTableSet _tables;
    private readonly OnlineModel _model;
    private readonly OnlineTrainer _trainer;

    /// <summary>Creates a contestant that has learned nothing.</summary>
    /// <param name="dataset">What it will learn from.</param>
    /// <param name="ids">How values become ids.</param>
    /// <param name="settings">The kind of model and its numbers.</param>
    /// <param name="scored">Sees every batch with what was predicted for it before it was learned.</param>
    public Contestant(Dataset dataset, IdSpace ids, ModelSettings settings, ScoredBatchHandler scored)
    {
        var schema = CreateSchema(dataset, settings);
        _tables = new EmbeddingTableSet(schema, new EmbeddingTableSetOptions { Seed = settings.Seed });
        _model = Model(schema, settings);
        _trainer = new OnlineTrainer(_tables, _model, dataset.Open(schema, ids, settings.BatchSize),
            new OnlineTrainerOptions
            {
                WindowExamples = settings.Window,
                Scored = scored,
                ProfileModel = settings.ProfileModel,
                EvictEvery = EvictEvery(settings),
                Calibration = settings.Calibration is { } method ? new() { Method = method } : null,
            });
    }

    /// <summary>The schema of a dataset: one table, whose ids carry their slot, and one task.</summary>
    /// <param name="dataset">Its slots and dense features.</param>
    /// <param name="settings">The numbers of its table.</param>
    public static FeatureSchema CreateSchema(Dataset dataset, ModelSettings settings) =>
        CreateSchema(dataset.Slots, dataset.DenseWidth, settings);

    /// <summary>A schema of some slots: one table, whose ids carry their slot, and one task.</summary>
    /// <param name="slots">The slots, in the order of their numbers.</param>
    /// <param name="denseWidth">How many dense features there are.</param>
    /// <param name="settings">The numbers of the table.</param>
    public static FeatureSchema CreateSchema(IReadOnlyList<SlotSpec> slots, int denseWidth, ModelSettings settings)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table(Dataset.TableName, row => Describe(row, settings), table =>
        {
            table.IdsCarrySlots = true;
            if (settings.MinOccurrences > 1) table.Admission = Admission(settings);
            if (settings.TimeToLiveDays is { } days) table.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(days));
        });
        foreach (var slot in slots)
        {
            if (slot.Pooling != Pooling.None) builder.Slot(slot.Name, Dataset.TableName, slot.Pooling, slot.MaxIds);
            else builder.Sequence(slot.Name, Dataset.TableName, slot.MaxIds, SequenceOrder.OldestFirst);
        }
        builder.Task("label");
        builder.Dense(denseWidth);
        return builder.Build();
    }

    /// <summary>The tables.</summary>
    public EmbeddingTable Table => _tables.Tables[0];

    /// <summary>The memory of the tables now, in bytes.</summary>
    public long MemoryBytes => _tables.MemoryBytes;

    /// <summary>Where the time went.</summary>
    public TrainingProfile Profile => _trainer.Profile;

    /// <summary>Learns from the whole dataset.</summary>
    /// <param name="progress">Told after every window.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public Task<TrainingProgress> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        _trainer.RunAsync(progress, cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _model.Dispose();
        _tables.Dispose();
    }

    private static MinOccurrencesOptions Admission(ModelSettings settings)
    {
        var options = new MinOccurrencesOptions(settings.MinOccurrences);
        if (settings.Counter is { } counter) options.Counter = counter;
        return options;
    }

    // Often enough that a row outlives its time by no more than a tenth.
    private static TimeSpan EvictEvery(ModelSettings settings) =>
        settings.TimeToLiveDays is { } days ? TimeSpan.FromSeconds(Math.Clamp(days * 86400 / 10, 1, 3600)) : Timeout.InfiniteTimeSpan;

    private static void Describe(RowBuilder row, ModelSettings settings)
    {
        row.Bias(new FtrlOptions { LearningRate = settings.BiasRate });
        if (settings.Kind == ModelKind.Logistic) return;
        row.Vector(
            settings.Dimension,
            new AdagradOptions { LearningRate = settings.VectorRate, WeightDecay = settings.VectorDecay },
            new UniformInitializerOptions { Minimum = -settings.VectorSpread, Maximum = settings.VectorSpread });
    }

    private static OnlineModel Model(FeatureSchema schema, ModelSettings settings)
    {
        var optimizer = new AdagradOptions { LearningRate = settings.DenseRate };
        return settings.Kind switch
        {
            ModelKind.Logistic => new LogisticRegression(schema, new() { Optimizer = optimizer }),
            ModelKind.Fm => new FactorizationMachine(schema, new() { Optimizer = optimizer }),
            _ => new DeepFm(schema, new() { Optimizer = optimizer, Hidden = [.. settings.Hidden], Seed = settings.Seed }),
        };
    }
}
