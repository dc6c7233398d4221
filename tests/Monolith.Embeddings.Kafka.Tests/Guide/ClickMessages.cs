// <page>
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

public sealed record Click(long User, long Item, bool Clicked, DateTimeOffset At);

[JsonSerializable(typeof(Click))]
public sealed partial class ClickJson : JsonSerializerContext;

public static class ClickMessages
{
    private static readonly FeatureSchemaBuilder Builder = new();

    static ClickMessages()
    {
        Builder.Table("users", row => row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        Builder.Table("items", row => row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        var (user, item) = (Builder.Slot("user", "users"), Builder.Slot("item", "items"));
        var label = Builder.Task("click");
        Encoder = new(Builder.Build(), (in Click click, ExampleWriter writer) => writer
            .Id(user, click.User).Id(item, click.Item).Label(label, click.Clicked).At(click.At));
    }

    public static ExampleEncoder<Click> Encoder { get; }

    /// <summary>What it throws makes the message a bad record.</summary>
    public static Click Read(ConsumeResult<byte[], byte[]> message) =>
        JsonSerializer.Deserialize(message.Message.Value, ClickJson.Default.Click) ?? throw new JsonException("It is null.");
}
// </page>
