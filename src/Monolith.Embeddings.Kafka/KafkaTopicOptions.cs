using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>Which topic is read, and how.</summary>
public class KafkaTopicOptions : IValidatedOptions
{
    /// <summary>The least buffer: 64 KiB.</summary>
    public const long MinBufferedBytes = 1 << 16;

    private static readonly TimeSpan Hundredth = TimeSpan.FromMilliseconds(10), Day = TimeSpan.FromDays(1);

    /// <summary>
    /// How the client reaches the brokers, by librdkafka's names: at least the bootstrap servers, and what encryption and authentication
    /// need. What the source itself decides (group, offsets, automatic commits) is set over it. Copied.
    /// </summary>
    public ClientConfig Client { get; set; } = new();

    /// <summary>The topic. It must be there: none is made.</summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// The group whose offsets are written after each commit of the trainer, for monitors of lag alone: they are never read to go on, and
    /// the source does not join the group. Null (the default) writes none.
    /// </summary>
    public string? Group { get; set; }

    /// <summary>Whether the reading waits for further messages, or ends at those that were there when it began. Default true.</summary>
    public bool Follow { get; set; } = true;

    /// <summary>
    /// What is done where the broker has deleted messages that were not read yet. Default <see cref="DeletedOffsets.Refuse"/>.
    /// </summary>
    public DeletedOffsets DeletedOffsets { get; set; }

    /// <summary>
    /// How many bytes of messages wait to be learned from, at least <see cref="MinBufferedBytes"/>, beside what the client itself fetches
    /// ahead (queued.max.messages.kbytes). Default 64 MiB. Where it is full, partitions are paused.
    /// </summary>
    public long MaxBufferedBytes { get; set; } = 64 << 20;

    /// <summary>How long a reading waits at its beginning for a broker, 10 ms to a day. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the topic is looked at for new partitions, 10 ms to a day; null for never. Default a minute.</summary>
    public TimeSpan? NewPartitionsEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a partition must be silent, while others wait for it, before the health says so. Default a minute.</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets what happens to the source; null (the default) for nothing.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Client is not null, nameof(Client), "is null; it names the brokers.");
        errors.Require(Client is null || !string.IsNullOrWhiteSpace(Client.BootstrapServers), nameof(Client),
            $"names no brokers; set {nameof(ClientConfig.BootstrapServers)}.");
        errors.Require(!string.IsNullOrWhiteSpace(Topic), nameof(Topic), "is empty; a source reads one topic.");
        errors.Require(Group is null || Group.Length > 0, nameof(Group), "is empty; null writes no offsets.");
        errors.Require(Enum.IsDefined(DeletedOffsets), nameof(DeletedOffsets), $"{(int)DeletedOffsets} is no such policy.");
        errors.InRange(nameof(MaxBufferedBytes), MaxBufferedBytes, MinBufferedBytes, long.MaxValue);
        errors.Require(IsWait(ConnectTimeout), nameof(ConnectTimeout), $"{ConnectTimeout} is not between 10 ms and a day.");
        errors.Require(NewPartitionsEvery is not { } every || IsWait(every), nameof(NewPartitionsEvery),
            $"{NewPartitionsEvery} is not between 10 ms and a day; null never looks.");
        errors.Require(IsWait(SilentAfter), nameof(SilentAfter), $"{SilentAfter} is not between 10 ms and a day.");
    }

    internal KafkaTopicOptions Copy()
    {
        var copy = (KafkaTopicOptions)MemberwiseClone();
        copy.Client = new ClientConfig(ConsumerSettings.Copy(Client));
        return copy;
    }

    private static bool IsWait(TimeSpan wait) => wait >= Hundredth && wait <= Day;
}
