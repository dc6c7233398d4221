namespace Monolith.Embeddings.Kafka.Deltas.Messages;

/// <summary>What a message is for.</summary>
internal enum DeltaMessageKind
{
    /// <summary>It carries a part of a delta's file.</summary>
    Part = 0,

    /// <summary>It says that the store has a commit, and carries nothing of it.</summary>
    Announcement = 1,
}
