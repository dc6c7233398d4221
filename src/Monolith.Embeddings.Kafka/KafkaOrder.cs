namespace Monolith.Embeddings.Kafka;

/// <summary>In which order the messages of several partitions are learned from.</summary>
public enum KafkaOrder
{
    /// <summary>
    /// By event time, then partition, then offset, taking of each partition its next message: the same order each time. A partition that
    /// is silent holds the others until it brings a message, or a punctuation.
    /// </summary>
    EventTime,

    /// <summary>As they come: no partition waits for another, and two readings differ in the order.</summary>
    Arrival,
}
