using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Schemas for models that say none.</summary>
internal static class ModelSchemas
{
    /// <summary>The name of the slot that is not pooled.</summary>
    public const string SequenceSlot = "history";

    /// <summary>Biases, vectors, a segment that few models know, slots of several shapes, dense features and two tasks.</summary>
    public static FeatureSchema Pooled() => Begin().Build();

    /// <summary>The same, with a sequence.</summary>
    public static FeatureSchema WithSequence()
    {
        var builder = Begin();
        builder.Sequence(SequenceSlot, "items", maxLength: 3, SequenceOrder.OldestFirst, "age", "kind");
        return builder.Build();
    }

    private static FeatureSchemaBuilder Begin()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions()).Vector(4, new SgdOptions()));
        builder.Table("items", row => row.Vector(4, new SgdOptions()).Bias(new SgdOptions())
            .Segment("other", 2, new SgdOptions(), new ConstantInitializerOptions()));
        builder.Slot("user", "users");
        builder.Slot("item", "items", Pooling.Mean);
        builder.Slot("recent", "items", Pooling.FirstN, maxIds: 2);
        builder.Task("click");
        builder.Task("buy");
        builder.Dense(3);
        return builder;
    }
}
