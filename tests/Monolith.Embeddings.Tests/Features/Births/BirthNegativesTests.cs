using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>Items that are drawn as negatives are born from their own category.</summary>
public class BirthNegativesTests : LeakChecked
{
    // Each category has a value of its own, and nothing learns: an item's row says from which category it was born. Rows come at the second
    // occurrence, which mostly is one that was drawn.
    [Test]
    public async Task A_drawn_item_is_born_from_its_own_category()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("categories", r => r.Bias(new SgdOptions { LearningRate = 1e-30f }));
        f.Table("items", r => r.Bias(new SgdOptions { LearningRate = 1e-30f }),
            t => t.Admission = new MinOccurrencesOptions(2));
        var category = f.Slot("category", "categories");
        var item = f.Slot("item", "items", bornFrom: category);
        var bought = f.Task("bought");
        var schema = f.Build();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 64 << 20 });
        tables.Tables[0].Assign([0, 1, 2, 3, 4], [1, 2, 3, 4, 5], DateTimeOffset.UnixEpoch);
        var encoder = new ExampleEncoder<int>(schema, (in int n, ExampleWriter writer) =>
            writer.Id(category, n % 5).Id(item, n).Label(bought, 1).At(1_700_000_000_000 + n));
        var source = ExampleSource.From(() => Enumerable.Range(0, 2000), encoder, 20)
            .WithNegatives(new() { Task = bought, Item = item, ItemSlots = [category], PerPositive = 5 });
        using var model = new LogisticRegression(schema);
        await using var trainer = new OnlineTrainer(tables, model, source);
        await trainer.RunAsync();
        Assert.That(tables.Tables[1].Count, Is.GreaterThan(1500));
        foreach (var chunk in tables.Tables[1].EnumerateRows())
        {
            foreach (var id in chunk.Ids)
            {
                var row = new float[1];
                tables.Tables[1].Lookup(id, row);
                Assert.That(row, Is.EqualTo(new float[] { 1 + id % 5 }), $"item {id}");
            }
        }
    }
}
