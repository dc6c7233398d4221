using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Tests.Support;

/// <summary>Writes and reads messages of a topic by the bare client.</summary>
internal static class TestMessages
{
    /// <summary>Writes messages to a partition, in order, and waits until the broker has them.</summary>
    public static void Write(string servers, string topic, int partition, IEnumerable<byte[]?> values)
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(
            new ProducerConfig { BootstrapServers = servers, EnableIdempotence = true, LingerMs = 1 })
            .SetErrorHandler((_, _) => { }).Build();
        foreach (var value in values)
            producer.Produce(new TopicPartition(topic, partition), new Message<byte[], byte[]?> { Value = value });
        producer.Flush();
    }

    /// <summary>Reads a number of messages of a partition from an offset on.</summary>
    public static List<ConsumeResult<byte[], byte[]>> Read(string servers, string topic, int partition, long offset, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = servers, GroupId = "test", EnableAutoCommit = false })
            .SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, partition, offset));
        var results = new List<ConsumeResult<byte[], byte[]>>();
        while (results.Count < count) results.Add(consumer.Consume());
        consumer.Unassign();
        return results;
    }
}
