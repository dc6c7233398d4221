using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>What an <see cref="OnlineModelContract"/> was told about a model.</summary>
/// <param name="create">Makes a model for a schema.</param>
/// <param name="createSchema">Makes its schema; each call a new one.</param>
internal sealed class ModelSubject(Func<FeatureSchema, OnlineModel> create, Func<FeatureSchema> createSchema)
{
    public const int Rows = 12;

    public required Func<double, double, double> Loss { get; init; }

    public required Func<Optimizer>? DenseOptimizer { get; init; }

    public required long AllowedAllocation { get; init; }

    public FeatureSchema Schema { get; } = createSchema();

    /// <summary>Another object of the model's schema.</summary>
    public FeatureSchema EqualSchema() => createSchema();

    /// <summary>A schema that has one dense feature more than the model's.</summary>
    public FeatureSchema OtherSchema()
    {
        var builder = new FeatureSchemaBuilder();
        foreach (var table in Schema.Tables) builder.Table(table);
        foreach (var slot in Schema.Slots)
        {
            if (slot.Pooling != Pooling.None) builder.Slot(slot.Name, slot.TableName, slot.Pooling, slot.MaxIds);
            else builder.Sequence(slot.Name, slot.TableName, slot.MaxIds, slot.Order, [.. slot.StepValues]);
        }
        foreach (var task in Schema.Tasks) builder.Task(task.Name);
        builder.Dense(Schema.DenseWidth < FeatureSchema.MaxDenseWidth ? Schema.DenseWidth + 1 : 0);
        return builder.Build();
    }

    public OnlineModel New() => create(Schema);

    public OnlineModel New(FeatureSchema schema) => create(schema);

    /// <summary>A model that has learned a little.</summary>
    public OnlineModel Trained(int batches = 2)
    {
        var model = New();
        Train(model, batches);
        return model;
    }

    /// <summary>Learns from some batches, which are the same for each model of the schema.</summary>
    /// <returns>What the model wrote.</returns>
    public static float[] Train(
        OnlineModel model, int batches, TrainingCallbacks? callbacks = null, BlockAllocator? allocator = null, ulong firstSeed = 1)
    {
        List<float> written = [];
        for (var i = 0; i < batches; i++)
        {
            var batch = new ModelBatch(model, Rows + i, firstSeed + (ulong)i, allocator);
            batch.Train(model, callbacks);
            written.AddRange(batch.Written());
        }
        return [.. written];
    }
}
