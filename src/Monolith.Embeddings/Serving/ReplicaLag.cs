using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>How far a replica is behind its trainer.</summary>
public readonly record struct ReplicaLag
{
    /// <summary>
    /// The time since the commit that it holds was made, or since the replica was opened where it holds none yet; not negative.
    /// </summary>
    public required TimeSpan Age { get; init; }

    /// <summary>How many newer commits the replica knows of.</summary>
    public required long Commits { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaLag), PrintMembers);
}
