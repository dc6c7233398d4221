namespace Monolith.Embeddings.Training;

/// <summary>What tells the examples of a slot apart.</summary>
public enum SliceBy
{
    /// <summary>
    /// Whether the slot's first id had a row before the batch was learned: <c>new</c> or <c>old</c>. An id that admission has not let in
    /// yet is new, and so is one whose row has expired: the model knew nothing of it.
    /// </summary>
    Row,

    /// <summary>
    /// The slot's first id: a slice each for the first <see cref="MetricsSliceOptions.MaxSlices"/> that come, the rest are <c>other</c>.
    /// For slots of few ids, such as a country or a device.
    /// </summary>
    Id,

    /// <summary>
    /// How many examples had the slot's first id before the batch was learned, between <see cref="MetricsSliceOptions.Edges"/>: by default
    /// <c>0</c>, <c>1-9</c>, <c>10-99</c>, <c>100-999</c> and <c>1000+</c>. Drawn negatives count as others do. Counted in fixed memory by
    /// <see cref="MetricsSliceOptions.Sketch"/>: never too low, and too high by at most <see cref="MetricsSlice.CountError"/> but seldom.
    /// </summary>
    Occurrences,
}
