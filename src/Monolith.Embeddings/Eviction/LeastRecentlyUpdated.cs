using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Eviction;

/// <summary>Rows whose last update is longest ago go first. Reading a row does not update it. Immutable; thread-safe.</summary>
public sealed class LeastRecentlyUpdated : EvictionPolicy
{
    /// <inheritdoc />
    public override string Name => "least-recently-updated";

    /// <inheritdoc />
    public override double Score(in RowMetadata row) => row.LastUpdateSeconds;
}
