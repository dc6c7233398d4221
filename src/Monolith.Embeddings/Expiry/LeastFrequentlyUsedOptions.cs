namespace Monolith.Embeddings.Expiry;

/// <summary>Options of <see cref="LeastFrequentlyUsed"/>. The table must track frequencies.</summary>
public sealed class LeastFrequentlyUsedOptions : EvictionOptions
{
    /// <inheritdoc />
    public override bool NeedsFrequency => true;

    /// <inheritdoc />
    public override EvictionPolicy Create() => new LeastFrequentlyUsed();
}
