// docs/guide/first-model.md shows what stands between the two marks, to the letter; FirstModelPageTests holds that.
// <page>
using System.Text.Json.Serialization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

public sealed record Visit(long User, long Item, bool Clicked, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Visit))]
public sealed partial class VisitJson : JsonSerializerContext;

/// <summary>What training and ranking have in common.</summary>
public sealed class VisitModel
{
    public VisitModel()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        (User, Item) = (f.Slot("user", "users"), f.Slot("item", "items"));
        var click = f.Task("click");
        Schema = f.Build();
        Encoder = new(Schema, (in Visit v, ExampleWriter w) => w.Id(User, v.User).Id(Item, v.Item).Label(click, v.Clicked).At(v.At));
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Item { get; }

    public ExampleEncoder<Visit> Encoder { get; }

    public OnlineModel CreateDense() => new DeepFm(Schema, new() { Hidden = [16] });
}
// </page>
