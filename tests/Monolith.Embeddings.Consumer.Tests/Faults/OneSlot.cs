using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults;

/// <summary>The smallest schema: one table, one slot of it, one task.</summary>
internal sealed class OneSlot
{
    private OneSlot(FeatureSchema schema) => Schema = schema;

    public FeatureSchema Schema { get; }

    public FeatureSlot Slot => Schema.Slots[0];

    public LabelTask Task => Schema.Tasks[0];

    /// <param name="table">The table's name.</param>
    /// <param name="configure">What else the table is to be.</param>
    /// <param name="vector">The dimension of its vector, 0 for none.</param>
    /// <param name="dense">How many dense features there are.</param>
    public static OneSlot Of(string table, Action<EmbeddingTableOptions>? configure = null, int vector = 0, int dense = 0)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table(table, row =>
        {
            row.Bias(new SgdOptions());
            if (vector > 0) row.Vector(vector, new AdagradOptions());
        }, configure);
        builder.Slot("slot", table);
        if (dense > 0) builder.Dense(dense);
        builder.Task("click");
        return new OneSlot(builder.Build());
    }

    public void Deconstruct(out FeatureSchema schema, out FeatureSlot slot, out LabelTask task) =>
        (schema, slot, task) = (Schema, Slot, Task);

    /// <summary>An encoder of records that say an id, whether it was clicked, and when, in milliseconds.</summary>
    public ExampleEncoder<TRecord> Encoder<TRecord>(Func<TRecord, (long Id, bool Clicked, long Milliseconds)> read) =>
        new(Schema, (in TRecord record, ExampleWriter writer) =>
        {
            var (id, clicked, milliseconds) = read(record);
            writer.Id(Slot, id).Label(Task, clicked).At(milliseconds);
        });
}
