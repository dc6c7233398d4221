namespace Monolith.Embeddings.Features.Rows;

/// <summary>The ids that one row has in one slot, of its own or shared by all rows.</summary>
internal readonly ref struct SlotBag
{
    public SlotBag(FeatureBatch batch, FeatureSlot slot, int row, bool withValues)
    {
        var offsets = batch.Offsets(slot);
        var place = offsets.Length == 2 && batch.IsShared(slot) ? 0 : row;
        var (first, count) = (offsets[place], offsets[place + 1] - offsets[place]);
        Ids = batch.Ids(slot).Slice(first, count);
        var weights = batch.IdWeights(slot);
        Weights = weights.IsEmpty ? [] : weights.Slice(first, count);
        if (!Weights.ContainsAnyExcept(1f)) Weights = [];
        if (withValues) Values = batch.StepValues(slot).Slice(first * slot.StepWidth, count * slot.StepWidth);
    }

    public ReadOnlySpan<long> Ids { get; }

    /// <summary>Empty where every id weighs 1.</summary>
    public ReadOnlySpan<float> Weights { get; }

    /// <summary>The values of its steps, one step after the other; empty where they are not asked for.</summary>
    public ReadOnlySpan<float> Values { get; }

    public int Code => Weights.Length > 0 ? RowCode.WeightedIds : Math.Min(Ids.Length, RowCode.Ids);

    /// <summary>How many bytes it takes, its code apart.</summary>
    public int Bytes
    {
        get
        {
            var count = Code >= RowCode.Ids ? sizeof(int) : 0;
            return checked(count + (Ids.Length * sizeof(long)) + ((Weights.Length + Values.Length) * sizeof(float)));
        }
    }
}
