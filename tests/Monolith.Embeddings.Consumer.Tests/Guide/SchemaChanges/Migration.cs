// docs/guide/schema-changes.md shows what stands between the two marks, to the letter; SchemaChangesPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public static class Migration
{
    /// <summary>The old schema, as the old program has it.</summary>
    public static FeatureSchema Before()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", Row);
        f.Table("items", Row);
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    /// <summary>The new schema: what is new stands after what there was.</summary>
    public static FeatureSchema After()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", Row);
        f.Table("items", Row);
        f.Table("places", Row);
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Slot("place", "places");
        f.Task("click");
        return f.Build();
    }

    /// <summary>Says what would be kept, and how the last of some examples of the old schema would be predicted.</summary>
    public static async Task<SchemaMigrationReport> PlanAsync(SnapshotStore old, ExampleSource? examples, CancellationToken stopping)
    {
        using var tables = new EmbeddingTableSet(After());
        using var before = CreateModel(Before());
        using var after = CreateModel(After());
        return await new SchemaMigration(old, before, tables, after).PlanAsync(examples, null, stopping);
    }

    /// <summary>Makes the first commit of a new store.</summary>
    public static async Task<SchemaMigrationReport> RunAsync(SnapshotStore old, SnapshotStore next, CancellationToken stopping)
    {
        using var tables = new EmbeddingTableSet(After());
        using var before = CreateModel(Before());
        using var after = CreateModel(After());
        return await new SchemaMigration(old, before, tables, after).RunAsync(next, null, null, stopping);
    }

    public static OnlineModel CreateModel(FeatureSchema schema) => new DeepFm(schema, new() { Hidden = [16, 8] });

    private static void Row(RowBuilder row) =>
        row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions(), new UniformInitializerOptions());
}
// </page>
