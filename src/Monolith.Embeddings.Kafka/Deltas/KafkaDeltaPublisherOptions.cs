using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>How a <see cref="KafkaDeltaPublisher"/> publishes.</summary>
public sealed class KafkaDeltaPublisherOptions : IValidatedOptions
{
    /// <summary>The smallest bound of a message: 4,096 bytes.</summary>
    public const int LeastMessageBytes = 4096;

    /// <summary>The largest bound of a message: 1,000,000,000 bytes, as the client has it.</summary>
    public const int MostMessageBytes = 1_000_000_000;

    /// <summary>
    /// How the client reaches the brokers, by librdkafka's names: at least <see cref="ClientConfig.BootstrapServers"/>. A
    /// <see cref="ProducerConfig"/> may say more, such as a compression. Idempotence and acknowledgement by all replicas are set over it; a
    /// message is given up after 30 seconds unless it says otherwise. Copied.
    /// </summary>
    public ClientConfig Client { get; set; } = [];

    /// <summary>
    /// The topic, of one model alone. It must be there: of any number of partitions, with <c>cleanup.policy=delete</c> and a short
    /// retention, such as an hour.
    /// </summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// The length of the longest message, in bytes: <see cref="LeastMessageBytes"/> to <see cref="MostMessageBytes"/>, and at least 1,024
    /// less than the client and the topic take (<c>message.max.bytes</c>). Default 524,288.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 512 << 10;

    /// <summary>
    /// The length of the longest delta that is sent, in bytes, at least 1; a longer one is announced, and replicas read it from the store.
    /// Default 67,108,864.
    /// </summary>
    public long MaxDeltaBytes { get; set; } = 64 << 20;

    /// <summary>
    /// How many deltas are sent one after the other where the publisher is behind, 1 to 1,000; where there are more, the newest commit is
    /// announced, and replicas read the store. Default 16.
    /// </summary>
    public int MaxBacklog { get; set; } = 16;

    /// <summary>
    /// How often the store is looked at where nothing tells of commits: a millisecond to a day. Default one second. A publisher that a
    /// trainer tells of its commits (<see cref="Snapshots.SnapshotChainOptions.Committed"/>) looks at once.
    /// </summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait after a failure: a millisecond to an hour. Default one second.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the publisher logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ClientSettings.Require(errors, nameof(Client), Client, Topic);
        errors.InRange(nameof(MaxMessageBytes), MaxMessageBytes, LeastMessageBytes, MostMessageBytes);
        var most = (Client?.MessageMaxBytes ?? ClientSettings.DefaultMessageBytes) - ClientSettings.Overhead;
        errors.Require(MaxMessageBytes <= most, nameof(MaxMessageBytes),
            $"{MaxMessageBytes} is more than the client takes ({most}, with room for its own header); raise Client.MessageMaxBytes.");
        errors.Require(MaxDeltaBytes >= 1, nameof(MaxDeltaBytes), $"{MaxDeltaBytes} is less than 1.");
        errors.InRange(nameof(MaxBacklog), MaxBacklog, 1, 1000);
        ClientSettings.Within(errors, nameof(PollEvery), PollEvery, TimeSpan.FromDays(1));
        ClientSettings.Within(errors, nameof(RetryAfter), RetryAfter, TimeSpan.FromHours(1));
    }

    internal KafkaDeltaPublisherOptions Copy()
    {
        var copy = (KafkaDeltaPublisherOptions)MemberwiseClone();
        copy.Client = ClientSettings.OfProducer(Client);
        return copy;
    }
}
