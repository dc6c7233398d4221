using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>What is refused before a model gives queries of items.</summary>
public class ItemQueryArgumentTests : LeakChecked
{
    private const int Rows = 3, Width = 5;

    private readonly FeatureSchema _schema = Schema(dense: 2);
    private readonly FeatureSlot _user, _item;

    public ItemQueryArgumentTests() => (_user, _item) = (_schema.Slots[0], _schema.Slots[1]);

    [Test]
    public void Shapes_are_checked_with_their_numbers()
    {
        Assert.That(() => Check(Batch(), new float[Rows * Width], new float[Rows]), Throws.Nothing);
        Assert.That(() => Check(Batch(), new float[Rows * Width - 1], new float[Rows]),
            Throws.ArgumentException.With.Message.Contains("3 queries of 5").And.Message.Contains("14 floats"));
        Assert.That(() => Check(Batch(), new float[Rows * Width], new float[Rows + 1]),
            Throws.ArgumentException.With.Message.Contains("4 constants"));
        Assert.That(() => Check(Batch(rows: 2), new float[Rows * Width], new float[Rows]),
            Throws.ArgumentException.With.Message.Contains("3 rows, the batch 2"));
        var both = new float[Rows * Width];
        Assert.That(() => _ = Context(Batch(), both, both.AsSpan(0, Rows)).Rows,
            Throws.ArgumentException.With.Message.Contains("'queries'").And.Message.Contains("'constants'"));
    }

    [Test]
    public void Ids_of_the_slot_that_is_searched_are_refused() =>
        Assert.That(() => Check(Batch(withItem: true), new float[Rows * Width], new float[Rows]),
            Throws.ArgumentException.With.Message.Contains("'item'").And.Message.Contains("has ids in it"));

    [Test]
    public void Another_schema_is_refused_by_what_differs()
    {
        using var model = new FactorizationMachine(Schema(dense: 3));
        Assert.That(() => model.ItemQueries(Context(Batch(), new float[Rows * Width], new float[Rows])),
            Throws.ArgumentException.With.Message.Contains("dense features is 2"));
        Assert.That(() => model.ItemQueries(default), Throws.ArgumentException.With.Message.Contains("empty"));
    }

    [Test]
    public void A_model_without_queries_says_what_to_do()
    {
        using var model = new DeepFm(_schema, new() { Hidden = [4] });
        Assert.That(model.SupportsItemQueries, Is.False);
        Assert.That(() => model.ItemQueries(Context(Batch(), new float[Rows * Width], new float[Rows])),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("two steps"));
    }

    private void Check(FeatureBatch batch, float[] queries, float[] constants) => _ = Context(batch, queries, constants).Rows;

    private ItemQueryContext Context(FeatureBatch batch, Span<float> queries, Span<float> constants)
    {
        var inputs = new FeatureBlocks(_schema.Layout, BlockUse.Input);
        inputs.Resize(Rows);
        inputs.Clear();
        return new ItemQueryContext(inputs, batch, _item, queries, constants);
    }

    private FeatureBatch Batch(int rows = Rows, bool withItem = false)
    {
        var batch = new FeatureBatch(_schema);
        for (var row = 0; row < rows; row++)
        {
            var writer = batch.BeginRow();
            writer.Id(_user, row);
            if (withItem) writer.Id(_item, row);
            batch.EndRow();
        }
        return batch;
    }

    private static FeatureSchema Schema(int dense)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("all", row => row.Bias(new SgdOptions()).Vector(Width - 1, new SgdOptions()));
        f.Slot("user", "all");
        f.Slot("item", "all");
        f.Task("click");
        f.Dense(dense);
        return f.Build();
    }
}
