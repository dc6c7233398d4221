namespace Monolith.Embeddings.Kafka.Deltas.Assembly;

/// <summary>Why a replica looks at its store.</summary>
internal enum HealReason
{
    /// <summary>The following begins; what came before is in the store.</summary>
    Start,

    /// <summary>Messages are missing in a partition.</summary>
    Gap,

    /// <summary>A commit did not become whole in time, or the one that the replica needs before it did not come.</summary>
    Incomplete,

    /// <summary>A commit is in the store alone.</summary>
    Announced,

    /// <summary>The replica, or the assembly, refused what came.</summary>
    Refused,

    /// <summary>More bytes were waiting than may.</summary>
    TooLarge,

    /// <summary>Another trainer has the store, or another history has the replica's number.</summary>
    OtherTrainer,
}
