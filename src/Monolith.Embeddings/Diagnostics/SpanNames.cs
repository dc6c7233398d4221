namespace Monolith.Embeddings.Diagnostics;

/// <summary>The names of spans.</summary>
internal static class SpanNames
{
    public const string TakeOver = "monolith.takeover";
    public const string Restore = "monolith.restore";
    public const string Commit = "monolith.commit";
    public const string Fold = "monolith.fold";
    public const string Eviction = "monolith.eviction";
    public const string ReplicaLoad = "monolith.replica.load";
    public const string ReplicaDelta = "monolith.replica.delta";
}
