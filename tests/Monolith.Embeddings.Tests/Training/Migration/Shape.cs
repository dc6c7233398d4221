using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>A schema and a model as a migration sees them. Immutable.</summary>
internal sealed record Shape
{
    /// <summary>The tables, and whether each has an admission filter.</summary>
    public (string Name, bool IsFiltered)[] Tables { get; init; } = [("users", true), ("items", false)];

    /// <summary>The slots, their tables and poolings.</summary>
    public (string Name, string Table, Pooling Pooling)[] Slots { get; init; } =
        [("user", "users", Pooling.Sum), ("item", "items", Pooling.Sum), ("liked", "items", Pooling.Mean)];

    public string[] Tasks { get; init; } = ["click"];

    public int Dense { get; init; } = 2;

    public int Dimension { get; init; } = 4;

    /// <summary>How many weights a bias has; 0: one for each task.</summary>
    public int BiasDimension { get; init; } = 1;

    /// <summary>How the vectors of a table of items are stored.</summary>
    public RowPrecision Precision { get; init; } = RowPrecision.Float32;

    /// <summary>Whether the ids of items carry their slots.</summary>
    public bool CarriesSlots { get; init; }

    public OptimizerOptions Vectors { get; init; } = new AdagradOptions();

    public OptimizerOptions Weights { get; init; } = new AdamOptions();

    public int[] Hidden { get; init; } = [6, 5];

    public string Model { get; init; } = "deep-fm";

    public FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        foreach (var (name, isFiltered) in Tables)
        {
            f.Table(name,
                row => row.Bias(new FtrlOptions(), heads: BiasDimension == 0 ? Tasks.Length : BiasDimension)
                    .Vector(Dimension, Vectors, new UniformInitializerOptions()),
                table =>
                {
                    table.Admission = isFiltered ? new MinOccurrencesOptions(3) : null;
                    if (name != "items") return;
                    (table.Segments[1].Precision, table.IdsCarrySlots) = (Precision, CarriesSlots);
                });
        }
        foreach (var (name, table, pooling) in Slots) f.Slot(name, table, pooling, maxIds: 3);
        foreach (var task in Tasks) f.Task(task);
        f.Dense(Dense);
        return f.Build();
    }

    public OnlineModel CreateModel(FeatureSchema schema) => Model switch
    {
        "deep-fm" => new DeepFm(schema, new() { Hidden = [.. Hidden], Optimizer = Weights }),
        "factorization-machine" => new FactorizationMachine(schema, new() { Optimizer = Weights }),
        _ => new LogisticRegression(schema, new() { Optimizer = Weights }),
    };

    public static EmbeddingTableSet CreateTables(FeatureSchema schema) => new(schema, new() { Seed = 7, MemoryLimitBytes = 64 << 20 });
}
