namespace Monolith.Embeddings.Kafka;

/// <summary>What is done where the broker has deleted messages that were not read yet.</summary>
public enum DeletedOffsets
{
    /// <summary>The reading ends with a message that says which offsets are lost.</summary>
    Refuse,

    /// <summary>The reading goes on at the earliest message that is left, and counts those that are lost.</summary>
    SkipToEarliest,
}
