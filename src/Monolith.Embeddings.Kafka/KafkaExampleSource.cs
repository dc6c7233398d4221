using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Merging;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// A topic as a stream of examples. One trainer reads all of its partitions, by assignment, from the offsets in its own last commit; a
/// position is an offset in each. So each message counts once in the model, whatever is killed.
/// </summary>
/// <remarks>
/// <para>
/// Partitions are merged by event time, partition and offset (<see cref="KafkaOrder.EventTime"/>): the same batches each time, where they
/// are cut by count. The merge waits for each partition; a silent one holds it until a message comes, or a punctuation
/// (<see cref="KafkaPunctuation"/>). Punctuations count among <see cref="ExampleSource.SkippedRecords"/>.
/// </para>
/// <para>
/// Brokers that fail are waited for; <see cref="GetHealth"/> says so. What cannot be read on ends the reading with a
/// <see cref="KafkaSourceException"/>, perhaps within an <see cref="ExampleSourceException"/>: no broker at the beginning, no such topic,
/// fewer partitions than the position knows, deleted messages where <see cref="KafkaTopicOptions.DeletedOffsets"/> refuses them. A position
/// of another topic throws <see cref="ArgumentException"/>.
/// </para>
/// <para>One reader at a time. The client lives from the first reading until <see cref="Dispose"/>.</para>
/// </remarks>
/// <typeparam name="T">The application's record.</typeparam>
public sealed class KafkaExampleSource<T> : PartitionedSource<KafkaRecord<T>>, IDisposable
{
    private readonly KafkaSourceOptions<T> _own;
    private readonly KafkaTopicOptions _options;
    private readonly TimeProvider _time;
    private readonly SourceCondition _condition;
    private readonly MessageReader<T> _messages;
    private readonly Lock _lock = new();
    private TopicReader? _reader;
    private TopicPlan? _plan;
    private bool _isDisposed;

    /// <summary>Creates a source; nothing is asked of a broker yet.</summary>
    /// <param name="options">Which topic, and how. Copied: later changes do not reach the source.</param>
    /// <param name="decode">
    /// Makes a record of a message, on the thread that reads. What it throws makes the message a bad record.
    /// </param>
    /// <param name="encoder">Writes a record as an example.</param>
    /// <param name="timeProvider">The clock of delays; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public KafkaExampleSource(
        KafkaSourceOptions<T> options, Func<ConsumeResult<byte[], byte[]>, T> decode, ExampleEncoder<T> encoder,
        TimeProvider? timeProvider = null)
        : base(Around(encoder), RecordsOf(options), timeProvider)
    {
        ArgumentNullException.ThrowIfNull(decode);
        _options = options.Copy();
        _own = (KafkaSourceOptions<T>)_options;
        _time = timeProvider ?? TimeProvider.System;
        _condition = new SourceCondition(_options, _time);
        _messages = new MessageReader<T>(decode, options.EventTime);
    }

    /// <summary>How the source is, for the health checks of a host. Asks no broker. Thread-safe.</summary>
    public KafkaSourceHealth GetHealth() => _condition.Health(_reader?.Buffer.Bytes ?? 0);

    /// <summary>
    /// Ends the client, after what was committed last was told to the broker. No reading goes on meanwhile. Once or more.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _reader?.Dispose();
        }
    }

    /// <inheritdoc />
    protected override async ValueTask<PartitionPlaces> BeginAsync(PartitionPlaces from, CancellationToken cancellationToken)
    {
        var reader = Reader();
        _plan = await TopicPlan.MakeAsync(reader, _options, from, cancellationToken).ConfigureAwait(false);
        return _plan.PlacesOf(reader);
    }

    /// <inheritdoc />
    protected override async IAsyncEnumerable<LogRecord<KafkaRecord<T>>> ReadRecordsAsync(
        PartitionPlaces from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _condition.Begin();
        try
        {
            var reading = new TopicReading<T>(Reader(), _plan!, _messages);
            await using var closing = reading.ConfigureAwait(false);
            var records = _own.Order == KafkaOrder.EventTime
                ? reading.MergeAsync(cancellationToken)
                : reading.TakeAsync(cancellationToken);
            await foreach (var record in records.ConfigureAwait(false)) yield return record;
        }
        finally
        {
            _condition.End();
        }
    }

    /// <inheritdoc />
    protected override ValueTask CommittedAsync(PartitionPlaces places, CancellationToken cancellationToken)
    {
        if (_options.Group is null) return ValueTask.CompletedTask;
        var reader = Reader();
        foreach (var place in places.All) reader.CommitSoon(TopicPlan.PartitionOf(_options, place.Log), place.Offset);
        return ValueTask.CompletedTask;
    }

    private TopicReader Reader()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _reader ??= new TopicReader(_options, _time, _condition);
        }
    }

    private static ExampleEncoder<KafkaRecord<T>> Around(ExampleEncoder<T> encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new ExampleEncoder<KafkaRecord<T>>(encoder.Schema, (in KafkaRecord<T> record, ExampleWriter writer) =>
        {
            if (record.IsPunctuation)
            {
                writer.Skip();
                return;
            }
            var value = record.Value!;
            encoder.Write(in value, writer);
        });
    }

    private static RecordOptions<KafkaRecord<T>> RecordsOf(KafkaSourceOptions<T> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfInvalid(options);
        return new()
        {
            BatchSize = options.Records.BatchSize,
            MaxDelay = options.Records.MaxDelay,
            IsDeterministic = options.Records.IsDeterministic && options.Order == KafkaOrder.EventTime,
            BadRecords = options.Records.BadRecords,
        };
    }
}
