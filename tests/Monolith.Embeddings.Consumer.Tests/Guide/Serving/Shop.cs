// docs/guide/serving.md shows what stands between the two marks, to the letter; ServingPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

/// <summary>What the trainer and all that serves have in common. Each may build its own: schemas of equal content are alike.</summary>
public sealed class Shop
{
    public Shop()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        // The user's slots first: what all candidates share is then computed once.
        User = f.Slot("user", "users");
        Item = f.Slot("item", "items");
        Click = f.Task("click");
        Schema = f.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public LabelTask Click { get; }

    public OnlineModel CreateModel() => new DeepFm(Schema, new() { Hidden = [16] });
}
// </page>
