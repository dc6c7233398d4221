using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>A small table, and a clock that stands.</summary>
internal sealed class Tables : TimeProvider
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static FeatureSchema Schema()
    {
        var features = new FeatureSchemaBuilder();
        features.Table("items", row => row.Bias(new FtrlOptions()).Vector(2, new AdagradOptions(), new UniformInitializerOptions()));
        features.Slot("item", "items");
        features.Task("click");
        features.Dense(1);
        return features.Build();
    }

    public static EmbeddingTableSet Empty() => new(Schema(), new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 24 }, new Tables());

    public static EmbeddingTableSet Filled()
    {
        var tables = Empty();
        tables["items"].Assign([-1234567, 7], [0.1f, -1.5e-20f, 1234.5f, -0.5f, 3, 2.5e30f], Now);
        return tables;
    }

    public override DateTimeOffset GetUtcNow() => Now;
}
