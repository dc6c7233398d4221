namespace Monolith.Embeddings.Kafka.Deltas.Diagnostics;

/// <summary>Why deltas were not published.</summary>
internal enum PublishFailureKind
{
    /// <summary>The brokers or the topic.</summary>
    Broker,

    /// <summary>The snapshot store.</summary>
    Store,

    /// <summary>Anything else.</summary>
    Other,
}
