namespace Monolith.Embeddings.Snapshots;

/// <summary>What a commit holds.</summary>
public enum SnapshotKind
{
    /// <summary>Everything at a cut: a chain begins with it.</summary>
    Full = 1,

    /// <summary>What changed after the cut of the commit before, up to its own.</summary>
    Delta = 2,
}
