// docs/guide/numbers.md shows what stands between the two marks, to the letter; NumbersPageTests holds that.
// <page>
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

/// <summary>An item at its price, as it was shown to a user.</summary>
public readonly record struct PricedView(long User, int? Age, long Item, float Price, DateTimeOffset Time, bool Bought);

/// <summary>What the trainer and all that serves have in common.</summary>
public sealed class PricedShop
{
    public PricedShop()
    {
        var f = new FeatureSchemaBuilder();
        foreach (var table in (string[])["users", "items", "hours", "buckets"]) f.Table(table, Row);
        // A user has up to 24 combinations with hours: only those that come again get a row.
        f.Table("crosses", Row, t => t.Admission = new MinOccurrencesOptions(2));
        (User, Hour, Item) = (f.Slot("user", "users"), f.Slot("hour", "hours"), f.Slot("item", "items"));
        (Age, Price) = (f.Number("age"), f.Number("price"));
        // Derived by the library, in training and in requests alike:
        f.Cross("user_hour", "crosses", User, Hour);
        f.Buckets("age_bucket", "buckets", Age, BucketBounds.At(18, 25, 35, 50, 65));
        PriceBucket = f.Buckets("price_bucket", "buckets", Price, BucketBounds.Quantiles(buckets: 20, learnFrom: 2_000));
        f.Normalized("price_norm", Price);
        Bought = f.Task("bought");
        Schema = f.Build();
        Encoder = new ExampleEncoder<PricedView>(Schema, Write);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Hour { get; }

    public FeatureSlot Item { get; }

    public NumberColumn Age { get; }

    public NumberColumn Price { get; }

    public FeatureSlot PriceBucket { get; }

    public LabelTask Bought { get; }

    public ExampleEncoder<PricedView> Encoder { get; }

    public OnlineModel CreateModel() => new DeepFm(Schema, new() { Hidden = [16] });

    private static void Row(RowBuilder row) => row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions());

    // Slots and raw columns; what is not known is left out, and what is derived is not written.
    private void Write(in PricedView view, ExampleWriter writer)
    {
        writer.Id(User, view.User).Id(Hour, view.Time.Hour).Id(Item, view.Item).Number(Price, view.Price);
        if (view.Age is { } age) writer.Number(Age, age);
        writer.At(view.Time).Label(Bought, view.Bought);
    }
}
// </page>
