using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>
/// Shops, categories that are born from shops, items that are born from categories, and items like them that are born from items. Items
/// have their segments in another order than categories, and shops one more.
/// </summary>
internal sealed class BirthSchema
{
    public BirthSchema(OptimizerOptions? rule = null, Action<EmbeddingTableOptions>? items = null, bool areBorn = true)
    {
        rule ??= new SgdOptions { LearningRate = 0.25f };
        var f = new FeatureSchemaBuilder();
        f.Table("shops", r => r.Segment("more", 2, rule, new Monolith.Embeddings.Initializers.ConstantInitializerOptions())
            .Bias(rule).Vector(3, rule));
        f.Table("categories", r => r.Bias(rule).Vector(3, rule));
        f.Table("items", r => r.Vector(3, rule).Bias(rule), t =>
        {
            t.Admission = new MinOccurrencesOptions(2);
            items?.Invoke(t);
        });
        // Not born, and before the others: what comes here alone has no parent.
        Recent = f.Slot("recent", "items");
        Shop = f.Slot("shop", "shops");
        Category = f.Slot("category", "categories", bornFrom: areBorn ? Shop : null);
        Item = f.Slot("item", "items", bornFrom: areBorn ? Category : null);
        Similar = f.Slot("similar", "items", bornFrom: areBorn ? Item : null);
        Click = f.Task("click");
        Schema = f.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot Recent { get; }

    public FeatureSlot Shop { get; }

    public FeatureSlot Category { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Similar { get; }

    public LabelTask Click { get; }

    /// <summary>A batch of random rows, some slots shared by all of them now and then.</summary>
    public void Draw(Random random, FeatureBatch batch, int ids)
    {
        batch.Clear();
        var shared = Schema.Slots.Where(_ => random.Next(8) == 0).ToHashSet();
        foreach (var slot in shared) Write(batch.Shared, slot, random, ids);
        var rows = random.Next(12);
        for (var row = 0; row < rows; row++)
        {
            var writer = batch.BeginRow();
            foreach (var slot in Schema.Slots)
            {
                if (!shared.Contains(slot)) Write(writer, slot, random, ids);
            }
            batch.EndRow();
        }
    }

    private static void Write(FeatureWriter writer, FeatureSlot slot, Random random, int ids)
    {
        for (var i = random.Next(5) switch { 0 => 0, 4 => 2, _ => 1 }; i > 0; i--) writer.Id(slot, random.Next(ids) - 3);
    }
}
