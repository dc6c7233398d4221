namespace Monolith.Embeddings.Features.Derived;

/// <summary>
/// The bounds that were learned up to some batch, by the place of their slot; null for a slot whose bounds are not known yet, or are given.
/// Immutable: another object where one of them becomes known, so that what was derived by one is known by it.
/// </summary>
internal sealed class LearnedBounds(float[]?[] bounds)
{
    public float[]? Of(FeatureSlot slot) => bounds[slot.Index];

    /// <summary>The same with the bounds of one more slot.</summary>
    public LearnedBounds With(FeatureSlot slot, float[] learned)
    {
        var changed = (float[]?[])bounds.Clone();
        changed[slot.Index] = learned;
        return new LearnedBounds(changed);
    }
}
