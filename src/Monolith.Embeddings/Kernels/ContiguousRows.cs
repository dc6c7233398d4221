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
    /// <param name="keptWeights">
    /// Receives the weights as they were, [count, dimension]; the weights themselves where they need not be kept.
    /// </param>
    /// <param name="keptState">Receives the state as it was, [count, stateLength]; the state itself where it need not be kept.</param>
    /// <param name="update">What is to be done with them.</param>
    /// <param name="context">What it depends on. By reference: a copy of what was just written in parts would wait for all that was begun before it.</param>
    /// <returns>Whether all numbers are finite.</returns>
    public static bool Update<TUpdate, TContext>(
        int count, int dimension, int stateLength, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradients,
        Span<float> keptWeights, Span<float> keptState, TUpdate update, in TContext context)
        where TUpdate : struct, ISegmentUpdate<TContext>
        where TContext : struct, allows ref struct
    {
        fixed (float* w = weights, s = state, g = gradients, a = keptWeights, b = keptState)
            return update.Run(new SegmentRows(new RowPlace(w, s, g, a, b), count, dimension, stateLength), in context);
    }
}
