namespace Monolith.Embeddings.Streams;

/// <summary>
/// A source could not go on: its stream threw, or its encoder did. The message says where; what was thrown is the inner exception.
/// </summary>
public sealed class ExampleSourceException : Exception
{
    /// <summary>Creates the exception without a place.</summary>
    public ExampleSourceException()
        : this("A source of examples cannot go on.")
    {
    }

    /// <summary>Creates the exception without a place.</summary>
    /// <param name="message">What is wrong.</param>
    public ExampleSourceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception without a place.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What caused it.</param>
    public ExampleSourceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal ExampleSourceException(string message, RecordPlace? place, Exception cause)
        : base(message, cause) => Place = place;

    /// <summary>
    /// The record that could not be encoded, or the last one that could be read; null where there is none.
    /// </summary>
    public RecordPlace? Place { get; }
}
