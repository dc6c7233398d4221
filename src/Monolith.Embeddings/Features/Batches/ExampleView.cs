namespace Monolith.Embeddings.Features;

/// <summary>
/// One example of a batch, to be looked at before it is learned from: its features, and none of its labels. Valid during the call that it
/// was passed to. Read only.
/// </summary>
public readonly ref struct ExampleView
{
    private readonly ExampleBatch _batch;
    private readonly int _row;

    internal ExampleView(ExampleBatch batch, int row) => (_batch, _row) = (batch, row);

    /// <summary>When it happened, in milliseconds since the Unix epoch; 0 where that is not known.</summary>
    public long EventTimeMilliseconds => _batch.EventTimesMilliseconds[_row];

    /// <summary>The id of the request that it came from; 0 where there is none.</summary>
    public long RequestId => _batch.RequestIds[_row];

    /// <summary>Its importance; 1 where none was given.</summary>
    public float Weight => _batch.Weights[_row];

    /// <summary>How it was served; the default where that is not known.</summary>
    public ServedAs Served => _batch.HasServed ? _batch.Served[_row] : default;

    /// <summary>Its dense features, [<see cref="FeatureSchema.DenseWidth"/>].</summary>
    public ReadOnlySpan<float> Dense => _batch.Dense.Slice(_row * _batch.Schema.DenseWidth, _batch.Schema.DenseWidth);

    /// <summary>Its raw columns, [<see cref="FeatureSchema.Numbers"/>]; NaN where it has none.</summary>
    public ReadOnlySpan<float> Numbers => _batch.Numbers.Slice(_row * _batch.Schema.Numbers.Count, _batch.Schema.Numbers.Count);

    /// <summary>
    /// Its ids in a slot, in the order in which they were written; those that all examples share where the slot is shared.
    /// </summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    public ReadOnlySpan<long> Ids(FeatureSlot slot)
    {
        var (first, count) = BagOf(slot);
        return _batch.Ids(slot).Slice(first, count);
    }

    /// <summary>The weight of each of its <see cref="Ids"/>; empty where all are 1.</summary>
    /// <param name="slot">A slot of the batch's schema.</param>
    public ReadOnlySpan<float> IdWeights(FeatureSlot slot)
    {
        var (first, count) = BagOf(slot);
        var weights = _batch.IdWeights(slot);
        return weights.IsEmpty ? [] : weights.Slice(first, count);
    }

    private (int First, int Count) BagOf(FeatureSlot slot)
    {
        var bag = _batch.IsShared(slot) ? 0 : _row;
        var offsets = _batch.Offsets(slot);
        return (offsets[bag], offsets[bag + 1] - offsets[bag]);
    }
}
