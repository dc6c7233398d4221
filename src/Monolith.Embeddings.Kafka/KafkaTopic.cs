using Confluent.Kafka;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Kafka.Merging;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// The partitions of a topic as logs, for a joiner: <see cref="KafkaJoining"/> adds them all. They share one client, which lives from the
/// first use until <see cref="Dispose"/>.
/// </summary>
/// <remarks>Thread-safe; each partition has one reading at a time.</remarks>
/// <typeparam name="T">The application's record.</typeparam>
public sealed class KafkaTopic<T> : IDisposable
{
    private readonly KafkaTopicOptions _options;
    private readonly TimeProvider _time;
    private readonly SourceCondition _condition;
    private readonly MessageReader<T> _messages;
    private readonly Lock _lock = new();
    private TopicReader? _reader;
    private bool _isDisposed;

    /// <summary>Creates it; nothing is asked of a broker yet.</summary>
    /// <param name="options">Which topic, and how. Copied: later changes do not reach it.</param>
    /// <param name="decode">
    /// Makes a record of a message, on the thread that reads. What it throws makes the message a bad record.
    /// </param>
    /// <param name="timeProvider">The clock of waits; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public KafkaTopic(
        KafkaTopicOptions options, Func<ConsumeResult<byte[], byte[]>, T> decode, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(decode);
        OptionErrors.ThrowIfInvalid(options);
        (_options, _time) = (options.Copy(), timeProvider ?? TimeProvider.System);
        (_condition, _messages) = (new SourceCondition(_options, _time), new MessageReader<T>(decode, eventTime: null));
    }

    /// <summary>The topic's name.</summary>
    public string Name => _options.Topic;

    /// <summary>How many partitions it has.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="KafkaSourceException">No broker answers in time, or there is no such topic.</exception>
    public Task<int> CountPartitionsAsync(CancellationToken cancellationToken = default) => Reader().CountAsync(cancellationToken);

    /// <summary>
    /// A partition as a log, whose places are offsets. Where it is read from its start, that is the earliest message that the broker has.
    /// </summary>
    /// <param name="partition">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public RecordLog<KafkaRecord<T>> Partition(int partition)
    {
        if (partition < 0) throw new ArgumentOutOfRangeException(nameof(partition), $"{partition} is less than 0.");
        return new PartitionLog<T>(Reader, _options, partition, _messages);
    }

    /// <summary>How its reading is, for the health checks of a host. Asks no broker.</summary>
    public KafkaSourceHealth GetHealth() => _condition.Health(_reader?.Buffer.Bytes ?? 0);

    /// <summary>Ends the client. No reading goes on meanwhile. Once or more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _reader?.Dispose();
        }
    }

    private TopicReader Reader()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _reader ??= new TopicReader(_options, _time, _condition);
        }
    }
}
