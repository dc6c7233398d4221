using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Diagnostics;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// Writes messages that are no events to a topic of their own, with key, value and headers as they were, and headers that say where each
/// stood and what was wrong. The broker has a message before the source goes on behind it; one that cannot be written ends the reading, so
/// that none is lost. After a crash a message may stand there twice.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class KafkaDeadLetters : IDisposable
{
    /// <summary>The names of the headers that are added.</summary>
    public const string TopicHeader = "monolith-topic", PartitionHeader = "monolith-partition", OffsetHeader = "monolith-offset",
        ErrorHeader = "monolith-error";

    private readonly IProducer<byte[], byte[]> _producer;
    private long _count;

    /// <summary>Creates it; nothing is asked of a broker yet.</summary>
    /// <param name="client">How the client reaches the brokers. Copied.</param>
    /// <param name="topic">The topic of dead letters; it must be there.</param>
    /// <exception cref="ArgumentException">The topic has no name.</exception>
    public KafkaDeadLetters(ClientConfig client, string topic)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        Topic = topic;
        var settings = new ProducerConfig(ConsumerSettings.Copy(client)) { EnableIdempotence = true, LingerMs = 0 };
        _producer = new ProducerBuilder<byte[], byte[]>(settings).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>The topic of dead letters.</summary>
    public string Topic { get; }

    /// <summary>How many were written.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>A policy that writes bad records here and goes on.</summary>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="limit">How many one reading skips; the next one ends it, written here too. Default: no limit.</param>
    public BadRecords<KafkaRecord<T>> Policy<T>(long limit = long.MaxValue) => new() { Limit = limit, Handler = KeepAsync };

    /// <summary>Lets the client end. No reading goes on meanwhile.</summary>
    public void Dispose() => _producer.Dispose();

    private async ValueTask KeepAsync<T>(BadRecord<KafkaRecord<T>> bad, CancellationToken cancellationToken)
    {
        var found = bad.Value.Message;
        var headers = new Headers();
        foreach (var header in found.Message.Headers ?? []) headers.Add(header.Key, header.GetValueBytes());
        headers.Add(TopicHeader, Encoding.UTF8.GetBytes(found.Topic));
        headers.Add(PartitionHeader, Encoding.UTF8.GetBytes(found.Partition.Value.ToString(CultureInfo.InvariantCulture)));
        headers.Add(OffsetHeader, Encoding.UTF8.GetBytes(found.Offset.Value.ToString(CultureInfo.InvariantCulture)));
        headers.Add(ErrorHeader, Encoding.UTF8.GetBytes(bad.Error.Message));
        var message = new Message<byte[], byte[]> { Key = found.Message.Key, Value = found.Message.Value, Headers = headers };
        try
        {
            await _producer.ProduceAsync(Topic, message, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException failure)
        {
            throw new KafkaSourceException(
                $"{bad.Place} is no event, and cannot be written to '{Topic}': {failure.Error.Reason}. The next reading meets it again.",
                failure);
        }
        Interlocked.Increment(ref _count);
        KafkaMeter.DeadLetters.Add(1, new KeyValuePair<string, object?>("topic", found.Topic));
    }
}
