using Confluent.Kafka;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>What publishers and sources need of the client's settings.</summary>
internal static class ClientSettings
{
    /// <summary>What the client takes as a message where nothing is said.</summary>
    public const int DefaultMessageBytes = 1_000_000;

    /// <summary>What the client adds to a message, at most.</summary>
    public const int Overhead = 1024;

    // Brokers that are back are to be used soon.
    private const int LongestReconnectMs = 1000;

    /// <summary>Requires brokers and a topic.</summary>
    public static void Require(OptionErrors errors, string name, ClientConfig? config, string? topic)
    {
        errors.Require(!string.IsNullOrWhiteSpace(config?.BootstrapServers), name, "has no BootstrapServers.");
        errors.Require(!string.IsNullOrWhiteSpace(topic), "Topic", "is empty.");
    }

    /// <summary>Requires a time from a millisecond on.</summary>
    public static void Within(OptionErrors errors, string name, TimeSpan value, TimeSpan most) =>
        errors.Require(value >= TimeSpan.FromMilliseconds(1) && value <= most, name,
            $"{value} is not between {TimeSpan.FromMilliseconds(1)} and {most}.");

    /// <summary>The settings of a producer that loses nothing it reports as sent, and keeps the order.</summary>
    public static ProducerConfig OfProducer(ClientConfig given)
    {
        var settings = new ProducerConfig(new Dictionary<string, string>(given)) { EnableIdempotence = true, Acks = Acks.All };
        // Messages are long already: waiting for more would cost time alone.
        settings.LingerMs ??= 0;
        settings.MessageTimeoutMs ??= 30_000;
        settings.ReconnectBackoffMaxMs ??= LongestReconnectMs;
        return settings;
    }

    /// <summary>The settings of a consumer that owns its partitions by itself and commits nothing.</summary>
    public static ConsumerConfig OfConsumer(ClientConfig given)
    {
        var settings = new ConsumerConfig(new Dictionary<string, string>(given))
        {
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
        };
        // The client wants a group, though it is not joined.
        settings.GroupId ??= "monolith-deltas";
        settings.FetchWaitMaxMs ??= 100;
        settings.ReconnectBackoffMaxMs ??= LongestReconnectMs;
        return settings;
    }
}
