using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>How a <see cref="KafkaDeltaSource"/> follows a topic.</summary>
public sealed class KafkaDeltaSourceOptions : IValidatedOptions
{
    /// <summary>
    /// How the client reaches the brokers, by librdkafka's names: at least <see cref="ClientConfig.BootstrapServers"/>. The source reads
    /// all partitions by itself, joins no group and commits no offset, whatever it says. Copied.
    /// </summary>
    public ClientConfig Client { get; set; } = [];

    /// <summary>The topic that a <see cref="KafkaDeltaPublisher"/> writes.</summary>
    public string Topic { get; set; } = "";

    /// <summary>
    /// How many bytes of commits that are not whole may wait, at least 1; beyond that they are dropped, and the replica reads its store.
    /// Beside them the client reads ahead (<c>queued.max.messages.kbytes</c>). Default 268,435,456.
    /// </summary>
    public long MaxWaitingBytes { get; set; } = 256 << 20;

    /// <summary>
    /// How long a commit may wait for its next message, or for the commit before it, until the replica looks at its store: a millisecond to
    /// an hour. Default two seconds.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait after a failure: a millisecond to an hour. Default one second.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the source logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ClientSettings.Require(errors, nameof(Client), Client, Topic);
        errors.Require(MaxWaitingBytes >= 1, nameof(MaxWaitingBytes), $"{MaxWaitingBytes} is less than 1.");
        ClientSettings.Within(errors, nameof(Patience), Patience, TimeSpan.FromHours(1));
        ClientSettings.Within(errors, nameof(RetryAfter), RetryAfter, TimeSpan.FromHours(1));
    }

    internal KafkaDeltaSourceOptions Copy()
    {
        var copy = (KafkaDeltaSourceOptions)MemberwiseClone();
        copy.Client = ClientSettings.OfConsumer(Client);
        return copy;
    }
}
