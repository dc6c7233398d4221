namespace Monolith.Embeddings.Serving;

/// <summary>How a replica is, for the health checks of a host.</summary>
public enum ReplicaStatus
{
    /// <summary>It holds no commit yet: send it no requests.</summary>
    NotReady,

    /// <summary>It holds what it is to hold.</summary>
    Following,

    /// <summary>It serves, from a commit that is older than was asked for.</summary>
    Behind,

    /// <summary>It serves, but could not follow its store when it last tried.</summary>
    Failing,
}
