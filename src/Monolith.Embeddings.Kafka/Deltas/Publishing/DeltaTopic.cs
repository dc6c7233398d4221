using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>What brokers say of a topic.</summary>
internal static class DeltaTopic
{
    /// <summary>How many partitions a topic has.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or have no such topic.</exception>
    public static int CountPartitions(Handle client, string topic, TimeSpan timeout)
    {
        using var admin = new DependentAdminClientBuilder(client).Build();
        var found = admin.GetMetadata(topic, timeout).Topics.Find(one => one.Topic == topic);
        if (found is null || found.Error.Code == ErrorCode.UnknownTopicOrPart || found.Partitions.Count == 0)
            throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"There is no topic '{topic}'; make it first."));
        if (found.Error.IsError) throw new KafkaException(found.Error);
        return found.Partitions.Count;
    }
}
