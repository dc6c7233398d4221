using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>The examples in the documentation of types; <see cref="ExampleTests"/> holds that they are these, to the letter.</summary>
internal static class SchemaExamples
{
    public static FeatureSchema OfFeatureSchemaBuilder()
    {
        // <example FeatureSchemaBuilder>
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()),
            t => t.Admission = new MinOccurrencesOptions(3));
        var user = f.Slot("user", "users");
        var recent = f.Slot("recent", "items", Pooling.Mean, maxIds: 50);
        var item = f.Slot("item", "items");
        var click = f.Task("click");
        var schema = f.Build();
        // </example>
        return schema;
    }

    public static void OfRowBuilder(FeatureSchemaBuilder f)
    {
        // <example RowBuilder>
        f.Table("words", row => row
            .Bias(new FtrlOptions { L1 = 0.001f })
            .Vector(16, new AdagradOptions(), new UniformInitializerOptions { Minimum = -0.01f, Maximum = 0.01f }));
        // </example>
    }

    public static void OfFeatureId()
    {
        // <example FeatureId>
        var word = FeatureId.OfText("running shoes");
        // For a table whose ids carry their slots, EmbeddingTableOptions.IdsCarrySlots:
        var packed = FeatureId.Of(slot: 3, value: 1234);
        // </example>
    }
}
