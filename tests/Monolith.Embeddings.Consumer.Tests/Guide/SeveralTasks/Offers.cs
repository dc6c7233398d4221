// docs/guide/several-tasks.md shows what stands between the two marks, to the letter; SeveralTasksPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

/// <summary>Offers that are clicked, and sometimes bought hours later.</summary>
public sealed class Offers
{
    public Offers()
    {
        var f = new FeatureSchemaBuilder();
        // Three heads: click, purchase, and the delay of a purchase. Each id has a bias for each.
        f.Table("users", row => row.Bias(new AdagradOptions { LearningRate = 0.1f }, heads: 3).Vector(8, new AdagradOptions()));
        f.Table("offers", row => row.Bias(new AdagradOptions { LearningRate = 0.1f }, heads: 3).Vector(8, new AdagradOptions()));
        User = f.Slot("user", "users");
        Offer = f.Slot("offer", "offers");
        Click = f.Task("click");
        Purchase = f.Task("purchase", new() { Correction = FeedbackCorrection.DelayModel, DelayUnit = TimeSpan.FromHours(6) });
        Schema = f.Build();
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Offer { get; }

    public LabelTask Click { get; }

    public LabelTask Purchase { get; }

    public OnlineModel CreateModel() => new DeepFm(Schema, new()
    {
        Hidden = [16],
        TaskWeights = { ["purchase"] = 3 },
        InitialBiases = { ["purchase"] = -2 },
        ReportedTask = "purchase",
    });
}
// </page>
