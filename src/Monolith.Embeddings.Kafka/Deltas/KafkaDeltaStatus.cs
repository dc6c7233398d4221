namespace Monolith.Embeddings.Kafka;

/// <summary>How a publisher or a source of deltas is, the worst of what is true.</summary>
public enum KafkaDeltaStatus
{
    /// <summary>It does not run, or has not reached the topic yet.</summary>
    NotStarted,

    /// <summary>It follows its store, or its topic.</summary>
    Following,

    /// <summary>The topic has deltas of another model. They are not used; replicas follow their store.</summary>
    OtherModel,

    /// <summary>The brokers, the topic or the store cannot be used. It is tried again; replicas follow their store meanwhile.</summary>
    Failing,
}
