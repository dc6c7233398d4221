namespace Monolith.Embeddings.Serving;

/// <summary>What became of a delta that a replica was given.</summary>
public enum DeltaOutcome
{
    /// <summary>The replica holds its commit now.</summary>
    Applied,

    /// <summary>The replica held its commit, or a newer one, before: nothing changed.</summary>
    AlreadyApplied,

    /// <summary>The replica is pinned to a commit (<see cref="ModelReplica.PinAsync"/>): nothing changed.</summary>
    HeldBack,
}
