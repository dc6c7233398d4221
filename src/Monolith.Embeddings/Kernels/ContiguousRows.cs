namespace Monolith.Embeddings.Kernels;

/// <summary>Holds rows that a caller keeps one behind the other in place while they are updated.</summary>
internal static unsafe class ContiguousRows
{
    /// <param name="count">How many rows.</param>
    /// <param name="dimension">How many weights a row has.</param>
    /// <param name="stateLength">How many floats of state it has.</param>
    /// <param name="weights">[count, dimension].</param>
    /// <param name="state">[count, stateLength].</param>
    /// <param name="gradients">[count, dimension].</param>
    /// <param name="update">What is to be done with them.</param>
    public static void Update<TUpdate>(
        int count, int dimension, int stateLength, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradients, in TUpdate update)
        where TUpdate : struct, ISegmentUpdate, allows ref struct
    {
        fixed (float* w = weights, s = state, g = gradients) update.Run(new SegmentRows(new RowPlace(w, s, g), count, dimension, stateLength));
    }
}
