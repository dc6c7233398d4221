using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Processes.Training;

namespace Monolith.Embeddings.Kafka.Tests.Support;

/// <summary>Writes events, and reads what a source makes of them.</summary>
internal static class Topics
{
    public static readonly DateTimeOffset Beginning = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static ClientConfig Client(string servers) =>
        new() { BootstrapServers = servers, ReconnectBackoffMs = 20, ReconnectBackoffMaxMs = 200 };

    /// <summary>Writes messages to partitions, and waits until the broker has them.</summary>
    public static void Write(string servers, string topic, IEnumerable<(int Partition, Message<byte[], byte[]> Message)> messages)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig(Client(servers)) { EnableIdempotence = true, LingerMs = 1 })
            .SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        foreach (var (partition, message) in messages)
        {
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(topic, partition), message);
                    break;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(10));
                }
            }
        }
        producer.Flush();
    }

    /// <summary>Writes events by their users, and a punctuation behind the last of each partition.</summary>
    public static void WriteEvents(string servers, string topic, int partitions, long first, long count, bool isEnd = true)
    {
        var events = Numbers(first, count).Select(TopicEvent.Of).Select(e => (e.PartitionOf(partitions), e.ToMessage()));
        var ends = Enumerable.Range(0, isEnd ? partitions : 0)
            .Select(partition => (partition, KafkaPunctuation.At(Beginning.AddYears(1))));
        Write(servers, topic, events.Concat(ends));
    }

    public static IEnumerable<long> Numbers(long first, long count)
    {
        for (var i = first; i < first + count; i++) yield return i;
    }
}
