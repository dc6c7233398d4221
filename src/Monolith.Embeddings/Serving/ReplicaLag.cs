using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>How far a replica is behind its trainer.</summary>
/// <param name="Age">The time since the commit that it holds was made; not negative.</param>
/// <param name="Commits">How many newer commits the replica knows of.</param>
public readonly record struct ReplicaLag(TimeSpan Age, long Commits)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaLag), PrintMembers);
}
