using System.Security.Cryptography;
using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Deltas.Diagnostics;
using Monolith.Embeddings.Kafka.Deltas.Messages;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>The client of a publisher, created again after an error that ends it. One call at a time.</summary>
/// <param name="options">The publisher's; copied before.</param>
internal sealed class DeltaProducer(KafkaDeltaPublisherOptions options) : IDeltaTopic, IDisposable
{
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);

    private readonly Guid _publisher = new(RandomNumberGenerator.GetBytes(16));
    private readonly Dictionary<int, ulong> _sequences = [];
    private IProducer<byte[], byte[]>? _client;
    private bool _isEnded;

    /// <summary>How many partitions the topic has.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or have no such topic.</exception>
    public int CountPartitions() => DeltaTopic.CountPartitions(Client.Handle, options.Topic, MetadataTimeout);

    /// <inheritdoc />
    /// <exception cref="KafkaException">It was not acknowledged; it may be there nevertheless.</exception>
    public async Task<int> SendAsync(int partition, Func<Guid, ulong, DeltaMessage> message, CancellationToken cancellationToken)
    {
        var sequence = _sequences.GetValueOrDefault(partition);
        _sequences[partition] = sequence + 1;
        var made = message(_publisher, sequence);
        var sent = new Message<byte[], byte[]>
        {
            Key = HashRanges.KeyOf(partition, made.Partitions),
            Value = DeltaMessageFormat.Write(made),
        };
        await Client.ProduceAsync(new TopicPartition(options.Topic, partition), sent, cancellationToken).ConfigureAwait(false);
        KafkaDeltaMeter.Sent.Add(made.Kind);
        KafkaDeltaMeter.SentBytes.Add(sent.Value.Length);
        return sent.Value.Length;
    }

    /// <summary>Notes an error; one that ends the client has another one made.</summary>
    public void Failed(Error error)
    {
        if (!error.IsFatal && !_isEnded) return;
        Dispose();
        _isEnded = false;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    private IProducer<byte[], byte[]> Client => _client ??= new ProducerBuilder<byte[], byte[]>((ProducerConfig)options.Client)
        .SetErrorHandler((_, error) => _isEnded |= error.IsFatal)
        .SetLogHandler((_, _) => { })
        .Build();
}
