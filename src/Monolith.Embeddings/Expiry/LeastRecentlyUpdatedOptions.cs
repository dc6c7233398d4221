namespace Monolith.Embeddings.Expiry;

/// <summary>Options of <see cref="LeastRecentlyUpdated"/>.</summary>
public sealed class LeastRecentlyUpdatedOptions : EvictionOptions
{
    /// <inheritdoc />
    public override EvictionPolicy Create() => new LeastRecentlyUpdated();
}
