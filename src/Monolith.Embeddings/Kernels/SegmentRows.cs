using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// One segment of several rows in place, each with its gradient: so that an optimizer is asked once for a block of rows, and the steps of rows that
/// do not depend on one another overlap in the core.
/// </summary>
/// <param name="rows">The first float of each row.</param>
/// <param name="gradients">The first float of each row's gradient.</param>
/// <param name="count">How many rows; a row may be there more than once, and is then updated in order.</param>
/// <param name="weightOffset">The segment's first weight, in a row as in a gradient.</param>
/// <param name="dimension">How many weights.</param>
/// <param name="stateOffset">The segment's first float of state in a row.</param>
/// <param name="stateLength">How many floats of state.</param>
/// <param name="weightsAtRead">The first weight of each row as it was when its gradient was computed; null where nobody knows or asks.</param>
internal readonly unsafe ref struct SegmentRows(
    float** rows, float** gradients, int count, int weightOffset, int dimension, nint stateOffset, int stateLength, float** weightsAtRead = null)
{
    public int Count => count;

    public int Dimension => dimension;

    public int WeightOffset => weightOffset;

    public bool HasWeightsAtRead => weightsAtRead is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Weights(int row) => new(rows[row] + weightOffset, dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> State(int row) => new(rows[row] + stateOffset, stateLength);

    public float* WeightsAt(int row) => rows[row] + weightOffset;

    public float* StateAt(int row) => rows[row] + stateOffset;

    public float* GradientAt(int row) => gradients[row] + weightOffset;

    /// <summary>One float of state of each weight: the first for part 0, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> State(int row, int part) => new(rows[row] + stateOffset + part * dimension, dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<float> Gradient(int row) => new(gradients[row] + weightOffset, dimension);

    public nint GradientAddress(int row) => (nint)gradients[row];

    /// <summary>The weights that the row's gradient was computed at; empty where they are not known.</summary>
    public ReadOnlySpan<float> WeightsAtRead(int row) => weightsAtRead is null ? [] : new(weightsAtRead[row] + weightOffset, dimension);

    public SegmentRows Slice(int start, int length) => new(
        rows + start, gradients + start, length, weightOffset, dimension, stateOffset, stateLength, weightsAtRead is null ? null : weightsAtRead + start);

    /// <summary>The same rows with other gradients, each addressed as the whole row's.</summary>
    public SegmentRows WithGradients(float** others) => new(rows, others, count, weightOffset, dimension, stateOffset, stateLength, weightsAtRead);
}
