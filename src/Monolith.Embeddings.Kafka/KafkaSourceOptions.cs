using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>How a <see cref="KafkaExampleSource{T}"/> reads.</summary>
/// <typeparam name="T">The application's record.</typeparam>
public sealed class KafkaSourceOptions<T> : KafkaTopicOptions
{
    /// <summary>
    /// How batches are made of the records, and what is done about messages that are no events: <see cref="KafkaDeadLetters"/> keeps them.
    /// </summary>
    public RecordOptions<KafkaRecord<T>> Records { get; set; } = new();

    /// <summary>In which order partitions are merged. Default <see cref="KafkaOrder.EventTime"/>.</summary>
    public KafkaOrder Order { get; set; }

    /// <summary>
    /// When a record happened; the message's timestamp where null (the default). What it throws makes the record a bad one.
    /// </summary>
    public Func<T, DateTimeOffset>? EventTime { get; set; }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.Nested(nameof(Records), Records);
        errors.Require(Enum.IsDefined(Order), nameof(Order), $"{(int)Order} is no such order.");
    }
}
