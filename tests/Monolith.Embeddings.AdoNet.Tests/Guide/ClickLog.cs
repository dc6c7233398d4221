// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

public readonly record struct Click(long User, long Item, bool Clicked, DateTimeOffset At);

public static class ClickLog
{
    private static readonly FeatureSchemaBuilder Builder = new();

    static ClickLog()
    {
        Builder.Table("users", row => row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        Builder.Table("items", row => row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        var (user, item) = (Builder.Slot("user", "users"), Builder.Slot("item", "items"));
        var label = Builder.Task("click");
        Encoder = new(Builder.Build(), (in Click click, ExampleWriter writer) => writer
            .Id(user, click.User).Id(item, click.Item).Label(label, click.Clicked).At(click.At));
    }

    public static ExampleEncoder<Click> Encoder { get; }
}
// </page>
