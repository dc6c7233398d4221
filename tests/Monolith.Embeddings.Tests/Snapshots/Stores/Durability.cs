namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>What a medium knows of a change.</summary>
internal enum Durability
{
    /// <summary>Nothing yet; the next flush makes it durable.</summary>
    Pending,

    /// <summary>A flush failed: no later one makes it durable, though each says so.</summary>
    Dropped,

    /// <summary>It survives a power cut.</summary>
    Durable,
}
