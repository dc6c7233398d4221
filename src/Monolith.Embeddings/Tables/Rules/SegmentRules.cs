using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>What a segment of a row is born with and how it learns.</summary>
internal readonly struct SegmentRules
{
    private readonly RowSegment _place;
    private readonly Optimizer _optimizer;
    private readonly Initializer _initializer;
    private readonly ulong _key;

    public SegmentRules(RowSegment place, Optimizer optimizer, Initializer initializer, ulong seed, string table, string segment)
    {
        (_place, _optimizer, _initializer, Name) = (place, optimizer, initializer, segment);
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        _key = KeyMixer.Combine(seed, TextHash.Of($"{table.Length}:{table}/{segment}"));
    }

    public string Name { get; }

    /// <inheritdoc cref="Optimizer.StatesPerWeight" />
    public int StatesPerWeight => _optimizer.StatesPerWeight;

    public void Initialize(Row row, ulong hash, in RowBirth birth)
    {
        InitializeWeights(row, hash);
        Begin(row, in birth);
    }

    public void InitializeWeights(Row row, ulong hash) => _initializer.Initialize(KeyMixer.Combine(_key, hash), row.Weights(in _place));

    public void Begin(Row row, in RowBirth birth) => _optimizer.Begin(row.Weights(in _place), row.State(in _place), in birth);

    public void InitializeState(Row row) => _optimizer.InitializeState(row.Weights(in _place), row.State(in _place));

    public void WeightsMoved(Row row) => _optimizer.WeightsMoved(row.Weights(in _place), row.State(in _place));

    /// <param name="rows">The first float of each row.</param>
    /// <param name="gradients">The first float of each row's gradient.</param>
    /// <param name="weightsAtRead">The first weight of each row when its gradient was computed; null where no optimizer asks.</param>
    /// <param name="kept">Receives the segments as they were.</param>
    /// <param name="context">With an id and a count a row.</param>
    /// <returns>Whether all numbers of the segments are finite now.</returns>
    public unsafe bool Apply(float** rows, float** gradients, float** weightsAtRead, KeptBlock kept, in BlockContext context) =>
        _optimizer.ApplyRows(
        new SegmentRows(
            rows, gradients, context.Ids.Length, _place.WeightOffset, _place.Dimension, _place.StateOffset, _place.StateLength,
                weightsAtRead, kept.First, kept.Stride),
        in context);

    /// <summary>Applies gradients to rows that the caller does not need afterwards, and does not look whether the numbers are
    /// finite.</summary>
    public unsafe void ApplyUnchecked(float** rows, float** gradients, float** weightsAtRead, in BlockContext context) =>
        _optimizer.ApplyRows(At(rows, gradients, weightsAtRead, context.Ids.Length), in context);

    /// <summary>Whether a row's segment need not be kept before it takes a step.</summary>
    public bool NeedsNoKeeping => _optimizer.NeedsNoKeeping(_place.Dimension);

    /// <summary>Applies gradients where that <see cref="NeedsNoKeeping"/>.</summary>
    /// <returns>How many rows took their step, before the first whose numbers would not have been finite.</returns>
    public unsafe int ApplyUnkept(float** rows, float** gradients, float** weightsAtRead, in BlockContext context) =>
        _optimizer.ApplyUnkept(At(rows, gradients, weightsAtRead, context.Ids.Length), in context);

    /// <summary>Puts a row's segment back to what it was when it was kept.</summary>
    /// <param name="kept">The first float of the row where it is kept.</param>
    /// <param name="row">The first float of the row.</param>
    public unsafe void Restore(float* kept, float* row)
    {
        Copy(kept + _place.WeightOffset, row + _place.WeightOffset, _place.Dimension);
        Copy(kept + _place.StateOffset, row + _place.StateOffset, _place.StateLength);

        static void Copy(float* from, float* to, int length) => new ReadOnlySpan<float>(from, length).CopyTo(new Span<float>(to, length));
    }

    /// <summary>Whether all numbers of the segment are finite; bits of its state that are no numbers may be anything.</summary>
    /// <param name="floats">A row in full precision, weights and states.</param>
    public bool IsFinite(ReadOnlySpan<float> floats) =>
        FiniteCheck.AllFiniteOfRow(floats.Slice(_place.WeightOffset, _place.Dimension))
        && FiniteCheck.AllFiniteOfRow(floats.Slice(_place.StateOffset, _place.StateLength - NotNumbers));

    public void Apply(Row row, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        var read = context.WeightsAtRead.IsEmpty ? [] : context.WeightsAtRead.Slice(_place.WeightOffset, _place.Dimension);
        _optimizer.Apply(
            row.Weights(in _place), row.State(in _place), gradient.Slice(_place.WeightOffset, _place.Dimension),
            new OptimizerContext(context.Id, context.Step, context.Count, read));
    }

    /// <summary>How many floats at the end of its state may hold bits that are no number.</summary>
    public int NotNumbers => _optimizer.NotNumbers(_place.Dimension);

    /// <summary>Where it stands in a row of floats.</summary>
    public RowSegment Place => _place;

    public SegmentExplanation Explain(Row row)
    {
        var state = row.State(in _place);
        var numbers = state.Length - NotNumbers;
        var squares = Squares(state[..numbers]);
        // Behind them stands a count, or bits that are no number, such as a step.
        foreach (var value in state[numbers..])
        {
            if (float.IsFinite(value)) squares += (double)value * value;
        }
        return new SegmentExplanation
        {
            Name = Name,
            WeightNorm = Math.Sqrt(Squares(row.Weights(in _place))),
            StateNorm = Math.Sqrt(squares)
        };
    }

    // In doubles: the square of a large float is no float.
    private static double Squares(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return sum;
    }

    private unsafe SegmentRows At(float** rows, float** gradients, float** weightsAtRead, int count) => new(
        rows, gradients, count, _place.WeightOffset, _place.Dimension, _place.StateOffset, _place.StateLength, weightsAtRead);
}
