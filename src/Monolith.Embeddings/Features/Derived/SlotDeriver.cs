using Monolith.Embeddings.Features.Batches;
using Monolith.Embeddings.Features.Schema;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>Fills a derived slot of batches. Immutable.</summary>
/// <param name="slot">The slot.</param>
internal abstract class SlotDeriver(FeatureSlot slot)
{
    public FeatureSlot Slot => slot;

    /// <summary>Makes what fills a slot.</summary>
    public static SlotDeriver Of(FeatureSlot slot) => slot.Source switch
    {
        CrossSource cross => new CrossDeriver(slot, cross),
        BucketSource buckets => new BucketDeriver(slot, buckets),
        _ => throw new InvalidOperationException($"Slot '{slot.Name}' is not derived."),
    };

    /// <summary>Fills the slot for all rows.</summary>
    /// <param name="batch">The batch; what the slot is derived from is there.</param>
    /// <param name="column">The slot's column, empty.</param>
    /// <param name="bounds">The bounds that are known.</param>
    public abstract void Derive(FeatureBatch batch, SlotColumn column, LearnedBounds bounds);
}
