using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features;

public class PackedIdTests
{
    [Test]
    public void A_table_whose_ids_carry_slots_refuses_others_and_keeps_the_batch_whole()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("packed", row => row.Bias(new SgdOptions()), table => table.IdsCarrySlots = true);
        builder.Table("plain", row => row.Bias(new SgdOptions()));
        var (packed, plain) = (builder.Slot("packed", "packed"), builder.Slot("plain", "plain"));
        var schema = builder.Build();
        var encoder = new ExampleEncoder<long>(schema, (in long id, ExampleWriter writer) => writer.Id(plain, -id).Id(packed, id));
        var batch = new ExampleBatch(schema);
        encoder.Encode(FeatureId.Of(3, 4), batch);
        Assert.That(
            () => encoder.Encode(-1, batch), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("FeatureId.Of"));
        Assert.That(batch.Rows, Is.EqualTo(1));
        Assert.That(batch.Ids(packed).ToArray(), Is.EqualTo([FeatureId.Of(3, 4)]));
        Assert.That(batch.Ids(plain).ToArray(), Is.EqualTo([-FeatureId.Of(3, 4)]));
        var before = batch.IdCount;
        Assert.That(() => batch.BeginRow().Ids(packed, [1, long.MinValue]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => batch.BeginRow().Ids(packed, [1, long.MinValue], [1, 2]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(batch.IdCount, Is.EqualTo(before), "ids are taken all or not at all");
        Assert.That(() => batch.BeginRow().Id(packed, -5, 2f), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
