namespace Monolith.Embeddings.Kafka;

/// <summary>A source over topics cannot go on; the message says what is wrong and what to do.</summary>
public sealed class KafkaSourceException : Exception
{
    /// <summary>Creates the exception.</summary>
    public KafkaSourceException()
        : this("A source over topics cannot go on.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    public KafkaSourceException(string message)
        : this(KafkaSourceStatus.Failed, message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What caused it.</param>
    public KafkaSourceException(string message, Exception innerException)
        : this(KafkaSourceStatus.Failed, message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="status">Which kind of failure it is.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="innerException">What caused it; null where nothing did.</param>
    public KafkaSourceException(KafkaSourceStatus status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>Which kind of failure it is.</summary>
    public KafkaSourceStatus Status { get; }
}
