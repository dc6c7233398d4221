namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>Holds rows that a caller keeps one after the other in place while they are updated.</summary>
internal static unsafe class ContiguousRows
{
    /// <param name="count">How many rows.</param>
    /// <param name="dimension">How many weights a row has.</param>
    /// <param name="stateLength">How many floats of state it has.</param>
    /// <param name="weights">[count, dimension].</param>
    /// <param name="state">[count, stateLength].</param>
    /// <param name="gradients">[count, dimension].</param>
    /// <param name="update">What is to be done with them.</param>
    /// <param name="context">
    /// What it depends on. By reference: a copy of what was just written in parts would wait for all that was begun before it.
    /// </param>
    public static void Update<TUpdate, TContext>(
        int count, int dimension, int stateLength, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradients, TUpdate update,
        in TContext context)
        where TUpdate : struct, ISegmentUpdate<TContext>
        where TContext : struct, allows ref struct
    {
        fixed (float* w = weights, s = state, g = gradients)
            update.Run(new SegmentRows(new RowPlace(w, s, g), count, dimension, stateLength), in context);
    }
}
