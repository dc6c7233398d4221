namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>What became of a message.</summary>
internal enum MessageOutcome
{
    /// <summary>It is a part that had not come, or an announcement of a commit that the replica does not have.</summary>
    Taken,

    /// <summary>It had come before.</summary>
    Repeated,

    /// <summary>The replica has its commit, or a later one.</summary>
    Late,

    /// <summary>A trainer that lost the store sent it.</summary>
    Stale,

    /// <summary>It is of another model.</summary>
    OtherChain,

    /// <summary>It cannot be read.</summary>
    Damaged,

    /// <summary>The replica is pinned to a commit.</summary>
    HeldBack,
}
