namespace Monolith.Embeddings.Features.Rows;

/// <summary>Where the ids of one slot of a row go. Immutable; thread-safe.</summary>
/// <param name="Slot">The slot of the batches; null: nowhere.</param>
/// <param name="StepWidth">How many values a step has in the rows.</param>
/// <param name="Places">For each value of a step of the batches, which one of the rows it is; -1: none, and 0.</param>
/// <param name="IsReversed">Whether the rows have the steps in the other order.</param>
internal sealed record SlotFit(FeatureSlot? Slot, int StepWidth, int[] Places, bool IsReversed)
{
    /// <summary>For rows of the batches' own schema.</summary>
    public static SlotFit Of(FeatureSlot slot) => new(slot, slot.StepWidth, [.. Enumerable.Range(0, slot.StepWidth)], IsReversed: false);
}
