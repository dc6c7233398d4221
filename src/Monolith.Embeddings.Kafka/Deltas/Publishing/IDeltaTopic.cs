using Monolith.Embeddings.Kafka.Deltas.Messages;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>Where messages go.</summary>
internal interface IDeltaTopic
{
    /// <summary>Writes a message; it gets its publisher and its place in its partition here.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="message">The message of a publisher and a place.</param>
    /// <param name="cancellationToken">Ends the wait; the message may come.</param>
    /// <returns>The message's length, once it was acknowledged.</returns>
    Task<int> SendAsync(int partition, Func<Guid, ulong, DeltaMessage> message, CancellationToken cancellationToken);
}
