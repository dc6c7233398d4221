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

    public static ExampleEncoder<PlacedView> OfFeatureSlot()
    {
        // <example FeatureSlot>
        var f = new FeatureSchemaBuilder();
        foreach (var table in (string[])["categories", "items", "places"])
            f.Table(table, r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
        var category = f.Slot("category", "categories");
        // A new item begins as its category.
        var item = f.Slot("item", "items", bornFrom: category);
        // Learned from where items were shown; every candidate is served as if it were at the top.
        var place = f.Position("place", "places");
        var click = f.Task("click");
        // public record struct PlacedView(long Item, long Category, int Place, bool Clicked);
        var encoder = new ExampleEncoder<PlacedView>(f.Build(), (in PlacedView view, ExampleWriter writer) => writer
            .Id(category, view.Category).Id(item, view.Item)
            .Label(click, view.Clicked)
            .Served(new() { Position = view.Place }));
        // </example>
        return encoder;
    }

    public static void OfRowBuilder(FeatureSchemaBuilder f)
    {
        // <example RowBuilder>
        f.Table("words", row => row
            .Bias(new FtrlOptions { L1 = 0.001f })
            .Vector(16, new AdagradOptions(), new UniformInitializerOptions { Minimum = -0.01f, Maximum = 0.01f }));
        // </example>
    }

    public static void OfSequenceOrder(FeatureSchemaBuilder f, ExampleWriter writer, DateTimeOffset now, IEnumerable<Visit> visits)
    {
        // <example SequenceOrder>
        var recent = f.Sequence("recent", "items", maxLength: 50, SequenceOrder.OldestFirst, "hours_ago", "bought");
        // In the encoder, the oldest step first:
        foreach (var visit in visits) writer.Step(recent, visit.Item, (float)(now - visit.Time).TotalHours, visit.Bought ? 1 : 0);
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

    public static ExampleEncoder<Offer> OfNumberColumn()
    {
        // <example NumberColumn>
        var f = new FeatureSchemaBuilder();
        foreach (var table in (string[])["users", "hours", "buckets", "crosses"])
            f.Table(table, r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
        var (user, hour) = (f.Slot("user", "users"), f.Slot("hour", "hours"));
        var (price, age) = (f.Number("price"), f.Number("age"));
        // Derived by the library, in training and in requests alike:
        f.Cross("user_hour", "crosses", user, hour);
        f.Buckets("price_bucket", "buckets", price, BucketBounds.Quantiles(buckets: 20, learnFrom: 100_000));
        f.Buckets("age_bucket", "buckets", age, BucketBounds.At(18, 25, 35, 50, 65));
        f.Normalized("price_norm", price);
        var click = f.Task("click");
        // An encoder writes slots and raw columns, and leaves out what is not known.
        // public record struct Offer(long User, DateTimeOffset Time, float Price, int? Age, bool Clicked);
        var encoder = new ExampleEncoder<Offer>(f.Build(), (in Offer offer, ExampleWriter writer) =>
        {
            writer.Id(user, offer.User).Id(hour, offer.Time.Hour).Number(price, offer.Price).Label(click, offer.Clicked);
            if (offer.Age is { } years) writer.Number(age, years);
        });
        // </example>
        return encoder;
    }

    public static void OfBucketBounds(FeatureSchemaBuilder f, NumberColumn age, NumberColumn price, NumberColumn views)
    {
        // <example BucketBounds>
        f.Buckets("age_bucket", "buckets", age, BucketBounds.At(18, 25, 35, 50, 65));
        f.Buckets("price_bucket", "buckets", price, BucketBounds.Logarithmic(first: 1, ratio: 2, count: 12));
        f.Buckets("views_bucket", "buckets", views, BucketBounds.Quantiles(buckets: 20, learnFrom: 100_000));
        // </example>
    }
}
