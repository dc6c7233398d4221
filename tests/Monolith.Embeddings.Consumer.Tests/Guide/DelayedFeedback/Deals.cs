// docs/guide/delayed-feedback.md shows what stands between the two marks, to the letter; DelayedFeedbackPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

/// <summary>Purchases of offers: they come days after the offer was seen, if they come.</summary>
public sealed class Deals
{
    public Deals(FeedbackCorrection correction = FeedbackCorrection.FakeNegativeWeighting)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new AdagradOptions { LearningRate = 0.3f }));
        f.Table("offers", r => r.Bias(new AdagradOptions { LearningRate = 0.3f }));
        User = f.Slot("user", "users");
        Offer = f.Slot("offer", "offers");
        // Part of the schema, so that trainer, metrics and replicas agree.
        Purchase = f.Task("purchase", new() { Correction = correction });
        Schema = f.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Offer { get; }

    public LabelTask Purchase { get; }

    public OnlineModel CreateModel() => new LogisticRegression(Schema);
}
// </page>
