// docs/guide/impressions-and-clicks.md shows what stands between the two marks, to the letter; JoiningPageTests holds that.
// <page>
using System.Text.Json.Serialization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

/// <summary>An item that was shown: a line of the server that ranks.</summary>
public sealed record Impression(long Request, long User, long Item, int Place, DateTimeOffset At);

/// <summary>A click on it: a line of the server that the browser calls.</summary>
public sealed record ItemClick(long Request, long Item, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Impression))]
[JsonSerializable(typeof(ItemClick))]
public sealed partial class FeedJson : JsonSerializerContext;

public sealed class FeedModel
{
    private readonly FeatureSlot _user, _item;

    public FeedModel()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        f.Table("places", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        (_user, _item) = (f.Slot("user", "users"), f.Slot("item", "items"));
        // Learned from where the item was shown; all candidates of a request are ranked as if they were at the top.
        f.Position("place", "places");
        Click = f.Task("click");
        Schema = f.Build();
        // No label: that comes from the clicks.
        Encoder = new(Schema, (in Impression shown, ExampleWriter w) => Write(shown, w));
    }

    public FeatureSchema Schema { get; }

    public LabelTask Click { get; }

    public ExampleEncoder<Impression> Encoder { get; }

    public DeepFm CreateModel() => new(Schema, new() { Hidden = [32] });

    /// <summary>Writes what was known when the item was shown.</summary>
    public void Write(Impression shown, ExampleWriter w) => w
        .Id(_user, shown.User).Id(_item, shown.Item).Served(new() { Position = shown.Place }).At(shown.At, shown.Request);
}
// </page>
