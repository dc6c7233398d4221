using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Reading;

/// <summary>What a source sets over the settings of its user.</summary>
internal static class ConsumerSettings
{
    public static ConsumerConfig Of(KafkaTopicOptions options) => new(Copy(options.Client))
    {
        // A consumer needs a group, also one that is assigned its partitions.
        GroupId = options.Group ?? $"monolith-{options.Topic}",
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        AutoOffsetReset = AutoOffsetReset.Error,
        EnablePartitionEof = true,
        AllowAutoCreateTopics = false,
    };

    public static Dictionary<string, string> Copy(ClientConfig client) =>
        client.ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal);
}
