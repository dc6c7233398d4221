using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>Which trainers take turns, and how.</summary>
public sealed class KafkaStandbyOptions : IValidatedOptions
{
    private static readonly TimeSpan Hundredth = TimeSpan.FromMilliseconds(10), Hour = TimeSpan.FromHours(1);

    /// <summary>
    /// How the client reaches the brokers. Its session timeout decides how soon a trainer that died is replaced. Copied.
    /// </summary>
    public ClientConfig Client { get; set; } = new();

    /// <summary>A topic of one partition, without messages: who holds the partition trains.</summary>
    public string ControlTopic { get; set; } = "";

    /// <summary>The group that the trainers of one model have in common; another than that of their sources.</summary>
    public string Group { get; set; } = "";

    /// <summary>
    /// How long a trainer may take to end, its last commit included, when its turn is over; then the partition is given up all the same,
    /// and the store's fence keeps the two apart. 10 ms to an hour, less than max.poll.interval.ms of the client. Default 30 s.
    /// </summary>
    public TimeSpan EndWithin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long is waited at the beginning for a broker, 10 ms to an hour. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets what happens; null (the default) for nothing.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(!string.IsNullOrWhiteSpace(Client?.BootstrapServers), nameof(Client),
            $"names no brokers; set {nameof(ClientConfig.BootstrapServers)}.");
        errors.Require(!string.IsNullOrWhiteSpace(ControlTopic), nameof(ControlTopic), "is empty; turns are decided by a topic.");
        errors.Require(!string.IsNullOrWhiteSpace(Group), nameof(Group), "is empty; the trainers of one model have a group in common.");
        errors.Require(EndWithin >= Hundredth && EndWithin <= Hour, nameof(EndWithin), $"{EndWithin} is not between 10 ms and an hour.");
        errors.Require(ConnectTimeout >= Hundredth && ConnectTimeout <= Hour, nameof(ConnectTimeout),
            $"{ConnectTimeout} is not between 10 ms and an hour.");
    }

    internal KafkaStandbyOptions Copy()
    {
        var copy = (KafkaStandbyOptions)MemberwiseClone();
        copy.Client = new ClientConfig(ConsumerSettings.Copy(Client));
        return copy;
    }
}
