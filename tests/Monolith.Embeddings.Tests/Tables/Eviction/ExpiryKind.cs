namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>The policies that a history is tried with.</summary>
public enum ExpiryKind
{
    TimeToLive,
    LowNorm,
    Predicate,
    NewestStay,
    FrequentStay,
    HeaviestStay,
    AnyOf,
    AllOf,
}
