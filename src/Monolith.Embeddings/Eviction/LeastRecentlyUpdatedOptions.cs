namespace Monolith.Embeddings.Eviction;

/// <summary>Options of <see cref="LeastRecentlyUpdated"/>.</summary>
public sealed class LeastRecentlyUpdatedOptions : EvictionPolicyOptions
{
    /// <inheritdoc />
    public override EvictionPolicy Create() => new LeastRecentlyUpdated();
}
