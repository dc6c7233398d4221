namespace Monolith.Embeddings.Features.Lookup;

/// <summary>The steps of one sequence in one row of a batch, of its own or shared by all rows.</summary>
internal readonly ref struct SequenceRow
{
    /// <param name="batch">The batch.</param>
    /// <param name="slot">The sequence.</param>
    /// <param name="places">The places of the slot's ids among the distinct rows of its table, id after id.</param>
    /// <param name="row">The row.</param>
    public SequenceRow(FeatureBatch batch, FeatureSlot slot, ReadOnlySpan<int> places, int row)
    {
        if (batch.IsShared(slot)) row = 0;
        var offsets = batch.Offsets(slot);
        var (first, count) = (offsets[row], offsets[row + 1] - offsets[row]);
        Places = places.Slice(first, count);
        var weights = batch.IdWeights(slot);
        Weights = weights.IsEmpty ? weights : weights.Slice(first, count);
        Values = batch.StepValues(slot).Slice(first * slot.StepWidth, count * slot.StepWidth);
    }

    /// <summary>The distinct row of each step.</summary>
    public ReadOnlySpan<int> Places { get; }

    /// <summary>The weight of each step; empty where all are 1.</summary>
    public ReadOnlySpan<float> Weights { get; }

    /// <summary>The dense values, [steps, values a step].</summary>
    public ReadOnlySpan<float> Values { get; }
}
