using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace TrainingThroughput.Workloads;

/// <summary>26 slots of one id over one table or one table each, with a bias and a vector under Adagrad, and 13 dense features.</summary>
internal sealed class TrainingSchema
{
    private const float Rate = 0.01f;

    /// <param name="rows">Rows of all tables together, for which they have room from the start.</param>
    /// <param name="tables">1, or one a slot.</param>
    public TrainingSchema(int rows, int tables)
    {
        var (builder, adagrad) = (new FeatureSchemaBuilder(), new AdagradOptions { LearningRate = Rate });
        for (var i = 0; i < tables; i++)
        {
            builder.Table(
                $"items{i}",
                row => row.Bias(adagrad).Vector(CriteoShape.Dimension, adagrad),
                table => table.InitialCapacity = rows / tables);
        }
        Slots = [.. Enumerable.Range(0, CriteoShape.Slots).Select(i => builder.Slot($"slot{i}", $"items{i % tables}"))];
        builder.Dense(CriteoShape.Dense);
        Task = builder.Task("click");
        Schema = builder.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot[] Slots { get; }

    public LabelTask Task { get; }
}
