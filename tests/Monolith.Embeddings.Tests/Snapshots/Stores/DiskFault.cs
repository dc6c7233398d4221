namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>What happens to an operation of a <see cref="SimulatedDisk"/>.</summary>
internal enum DiskFault
{
    None,

    /// <summary>It has no effect and fails; a flush drops what it should have made durable.</summary>
    Fails,

    /// <summary>It takes effect in part, or even whole, and still fails.</summary>
    Tears,

    /// <summary>It takes effect in part, and the power is cut.</summary>
    PowerCut,
}
