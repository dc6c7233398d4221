using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Deltas.Publishing;

namespace Monolith.Embeddings.Kafka.Deltas.Following;

/// <summary>The client of a source, with all partitions of its topic. Used by one thread.</summary>
internal sealed class TopicReading : IDisposable
{
    private static readonly TimeSpan BeginTimeout = TimeSpan.FromSeconds(5), ProbeTimeout = TimeSpan.FromSeconds(1);

    private readonly IConsumer<Ignore, byte[]?> _client;
    private readonly string _topic;
    private Error? _down;

    private TopicReading(KafkaDeltaSourceOptions options)
    {
        _topic = options.Topic;
        _client = new ConsumerBuilder<Ignore, byte[]?>((ConsumerConfig)options.Client)
            .SetErrorHandler((_, error) => Note(error)).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>How many partitions the topic had.</summary>
    public int Partitions { get; private set; }

    /// <summary>Why the brokers cannot be reached; null where nothing says so.</summary>
    public Error? Down => Volatile.Read(ref _down);

    /// <summary>Begins to read a topic where it ends.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or have no such topic.</exception>
    public static TopicReading Begin(KafkaDeltaSourceOptions options)
    {
        var reading = new TopicReading(options);
        try
        {
            reading.Partitions = DeltaTopic.CountPartitions(reading._client.Handle, options.Topic, BeginTimeout);
            reading._client.Assign(Enumerable.Range(0, reading.Partitions).Select(reading.EndOf));
            return reading;
        }
        catch
        {
            reading.Dispose();
            throw;
        }
    }

    /// <summary>The next message; null where none comes in time.</summary>
    /// <exception cref="ConsumeException">A partition cannot be read.</exception>
    public ConsumeResult<Ignore, byte[]?>? Next(TimeSpan timeout)
    {
        var result = _client.Consume(timeout);
        if (result is not null) Volatile.Write(ref _down, null);
        return result;
    }

    /// <summary>Asks brokers that could not be reached whether they can.</summary>
    /// <returns>Whether they answer.</returns>
    public bool Probe()
    {
        try
        {
            DeltaTopic.CountPartitions(_client.Handle, _topic, ProbeTimeout);
            Volatile.Write(ref _down, null);
            return true;
        }
        catch (KafkaException failure)
        {
            Note(failure.Error);
            return false;
        }
    }

    public void Dispose()
    {
        _client.Close();
        _client.Dispose();
    }

    private TopicPartitionOffset EndOf(int partition)
    {
        var at = new TopicPartition(_topic, partition);
        return new TopicPartitionOffset(at, _client.QueryWatermarkOffsets(at, BeginTimeout).High);
    }

    private void Note(Error error)
    {
        if (error.IsFatal || error.Code == ErrorCode.Local_AllBrokersDown) Volatile.Write(ref _down, error);
    }
}
