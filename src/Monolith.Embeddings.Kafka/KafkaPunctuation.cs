using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// A message that is a time alone: it says that its partition has come so far. A merge in event time waits for each partition, so that a
/// writer that has nothing to say for a while sends one to each.
/// </summary>
public static class KafkaPunctuation
{
    /// <summary>The name of the header that makes a message a punctuation, whatever its key and its value.</summary>
    public const string HeaderName = "monolith-punctuation";

    /// <summary>Makes such a message, without key and value; its timestamp is the time.</summary>
    /// <param name="time">Nothing older will be written to the partition.</param>
    public static Message<byte[], byte[]> At(DateTimeOffset time) =>
        new() { Timestamp = new Timestamp(time), Headers = new Headers { { HeaderName, [] } } };

    internal static bool Is(Message<byte[], byte[]> message)
    {
        if (message.Headers is not { Count: > 0 } headers) return false;
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers[i].Key == HeaderName) return true;
        }
        return false;
    }
}
