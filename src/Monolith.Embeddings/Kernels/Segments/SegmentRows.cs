using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>
/// One segment of several rows in place, each with its gradient: so that an optimizer is asked once for a block of rows, and the steps of
/// rows that do not depend on one another overlap in the core. The rows lie anywhere, as in a table, or one after the other.
/// </summary>
/// <remarks>
/// Where a table keeps rows, each is first copied there, so that a step that made a number infinite, or none, can be taken back.
/// </remarks>
/// <param name="rows">The first float of each row; null where they lie one after the other.</param>
/// <param name="gradients">The first float of each row's gradient.</param>
/// <param name="count">How many rows; a row may be there more than once, and is then updated in order.</param>
/// <param name="weightOffset">The segment's first weight, in a row as in a gradient.</param>
/// <param name="dimension">How many weights.</param>
/// <param name="stateOffset">The segment's first float of state in a row.</param>
/// <param name="stateLength">How many floats of state.</param>
/// <param name="weightsAtRead">
/// The first weight of each row as it was when its gradient was computed; null where they are not known, or not asked for.
/// </param>
/// <param name="kept">Where the first row is kept, laid out as the row; null where rows need not be kept.</param>
/// <param name="keptStride">The distance of two kept rows, in floats.</param>
internal readonly unsafe ref struct SegmentRows(
    float** rows, float** gradients, int count, int weightOffset, int dimension, nint stateOffset, int stateLength,
        float** weightsAtRead = null,
    float* kept = null, nint keptStride = 0)
{
    private readonly RowPlace _first;

    // In bytes, of rows one after the other: what a row's place costs is seen where a rule has little to do for a row.
    private readonly nint _weightStride, _stateStride;

    /// <summary>Rows one after the other.</summary>
    /// <param name="first">
    /// The first row of weights [count, dimension], of state [count, state length] and of gradients [count, dimension].
    /// </param>
    /// <param name="count">How many rows.</param>
    /// <param name="dimension">How many weights.</param>
    /// <param name="stateLength">How many floats of state.</param>
    public SegmentRows(RowPlace first, int count, int dimension, int stateLength)
        : this(null, null, count, 0, dimension, 0, stateLength) =>
        (_first, _weightStride, _stateStride) = (first, (nint)dimension * sizeof(float), (nint)stateLength * sizeof(float));

    public int Count => count;

    public int Dimension => dimension;

    public int StateLength => stateLength;

    public int WeightOffset => weightOffset;

    public bool HasWeightsAtRead => weightsAtRead is not null;

    /// <summary>Whether the rows lie one after the other.</summary>
    public bool AreContiguous => rows is null;

    /// <summary>Whether rows are kept before they take their steps.</summary>
    public bool AreKept => kept is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowPlace At(nint row)
    {
        // The same way for every row of a block, so that the processor predicts the branch.
        if (rows is null)
        {
            var weights = row * _weightStride;
            var state = row * _stateStride;
            return new(
                (float*)((nint)_first.Weights + weights), (float*)((nint)_first.State + state), (float*)((nint)_first.Gradient + weights));
        }
        var start = rows[row];
        return new(start + weightOffset, start + stateOffset, gradients[row] + weightOffset);
    }

    /// <summary>Where a row is kept. Where <see cref="AreKept"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeptPlace KeptAt(nint row)
    {
        var start = kept + row * keptStride;
        return new(start + weightOffset, start + stateOffset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Weights(int row) => new(At(row).Weights, dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> State(int row) => new(At(row).State, stateLength);

    /// <summary>One float of state of each weight: the first for part 0, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> State(int row, int part) => new(At(row).State + (nint)part * dimension, dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<float> Gradient(int row) => new(At(row).Gradient, dimension);

    /// <summary>Copies a row to where it is kept. Where <see cref="AreKept"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint row)
    {
        var (place, copy) = (At(row), KeptAt(row));
        FloatCopy.Copy(place.Weights, new Span<float>(copy.Weights, dimension));
        FloatCopy.Copy(place.State, new Span<float>(copy.State, stateLength));
    }

    /// <summary>Whether all numbers of a row are finite.</summary>
    /// <param name="row">The row.</param>
    /// <param name="exactLength">How many floats at the end of the state may hold bits that are no number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFinite(nint row, int exactLength)
    {
        var place = At(row);
        return FiniteCheck.AllFiniteOfRow(new ReadOnlySpan<float>(place.Weights, dimension))
            && FiniteCheck.AllFiniteOfRow(new ReadOnlySpan<float>(place.State, stateLength - exactLength));
    }

    public nint GradientAddress(int row) => (nint)gradients[row];

    /// <summary>The weights that the row's gradient was computed at; empty where they are not known.</summary>
    public ReadOnlySpan<float> WeightsAtRead(int row) => weightsAtRead is null ? [] : new(weightsAtRead[row] + weightOffset, dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SegmentRows Slice(int start, int length) => rows is null
        ? new(At(start), length, dimension, stateLength)
        : new(rows + start, gradients + start, length, weightOffset, dimension, stateOffset, stateLength,
            weightsAtRead is null ? null : weightsAtRead + start,
            kept is null ? null : kept + start * keptStride, keptStride);

    /// <summary>Rows one after the other as a single one, for rules that do not see where a row ends.</summary>
    public SegmentRows AsOne() => new(_first, 1, count * dimension, count * stateLength);

    /// <summary>The same rows with other gradients, each addressed as the whole row's. Not where the rows are contiguous.</summary>
    public SegmentRows WithGradients(float** others) =>
        new(rows, others, count, weightOffset, dimension, stateOffset, stateLength, weightsAtRead, kept, keptStride);
}
