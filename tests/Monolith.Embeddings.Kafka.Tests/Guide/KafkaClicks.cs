// <page>
using Confluent.Kafka;
using Monolith.Embeddings.Kafka;

public static class KafkaClicks
{
    public static KafkaExampleSource<Click> Open(ClientConfig client, KafkaDeadLetters deadLetters, bool follow = true) => new(
        new KafkaSourceOptions<Click>
        {
            Client = client,
            Topic = "clicks",
            Group = "clicks-trainer",
            EventTime = click => click.At,
            Follow = follow,
            Records = { BatchSize = 256, BadRecords = deadLetters.Policy<Click>() },
        },
        ClickMessages.Read, ClickMessages.Encoder);
}
// </page>
