// <page>
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Streams;

public sealed record Shown(long Request, long User, long Item, DateTimeOffset At);

public sealed record Clicked(long Request, long Item, DateTimeOffset At);

[JsonSerializable(typeof(Shown))]
[JsonSerializable(typeof(Clicked))]
public sealed partial class ShopJson : JsonSerializerContext;

public static class JoinedClicks
{
    public static KafkaTopic<Shown> Impressions(ClientConfig client, bool follow = true) => new(
        new() { Client = client, Topic = "impressions", Follow = follow },
        message => JsonSerializer.Deserialize(message.Message.Value, ShopJson.Default.Shown) ?? throw new JsonException("It is null."));

    public static KafkaTopic<Clicked> Actions(ClientConfig client, bool follow = true) => new(
        new() { Client = client, Topic = "actions", Follow = follow },
        message => JsonSerializer.Deserialize(message.Message.Value, ShopJson.Default.Clicked) ?? throw new JsonException("It is null."));

    public static Task<OnlineJoiner<(long, long), Shown, Clicked>> JoinAsync(
        OnlineJoiner<(long, long), Shown, Clicked> joiner, KafkaTopic<Shown> impressions, KafkaTopic<Clicked> actions,
        KafkaDeadLetters deadLetters) =>
        joiner.AddTopicsAsync(impressions, actions, deadLetters.Policy<Shown>(), deadLetters.Policy<Clicked>());
}
// </page>
