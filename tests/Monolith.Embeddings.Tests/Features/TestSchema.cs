using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Two tables, three slots, two tasks, two dense values.</summary>
internal sealed class TestSchema
{
    public TestSchema(Action<FeatureSchemaBuilder>? more = null, int dense = 2, string user = "user", string click = "click")
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        builder.Table("items", r => r.Vector(8, new AdagradOptions()).Bias(new FtrlOptions()));
        User = builder.Slot(user, "users");
        Item = builder.Slot("item", "items");
        Recent = builder.Slot("recent", "items", Pooling.Mean, maxIds: 3);
        Click = builder.Task(click);
        Like = builder.Task("like");
        builder.Dense(dense);
        more?.Invoke(builder);
        Schema = builder.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot Recent { get; }

    public LabelTask Click { get; }

    public LabelTask Like { get; }
}
