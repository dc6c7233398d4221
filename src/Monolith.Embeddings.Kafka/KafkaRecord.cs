using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka;

/// <summary>A message of a topic, and the application's record that was made of it.</summary>
/// <typeparam name="T">The application's record.</typeparam>
/// <param name="Value">The record; the default of a punctuation, and of a message that could not be read.</param>
/// <param name="Message">The message as the client gave it; not changed by anybody.</param>
/// <param name="EventTimeMilliseconds">When it happened, in milliseconds since the Unix epoch.</param>
/// <param name="IsPunctuation">Whether it is a time alone (<see cref="KafkaPunctuation"/>), and no event.</param>
public readonly record struct KafkaRecord<T>(
    T? Value, ConsumeResult<byte[], byte[]> Message, long EventTimeMilliseconds, bool IsPunctuation)
{
    /// <summary>Topic, partition and offset, as messages of errors show them; a message's bytes are never shown.</summary>
    public override string ToString() => $"{Message.Topic}/{Message.Partition.Value}, offset {Message.Offset.Value}";
}
