using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>One segment of a sequence's steps: from the distinct rows of its table into a row of a block, and back.</summary>
/// <param name="Sequence">The block.</param>
/// <param name="RowWidth">How many floats a row of the slot's table has.</param>
internal sealed record SequencePart(SequenceLayout Sequence, int RowWidth)
{
    // The steps of a row of the block stand one after the other.
    private VectorColumn InBlock => new(Sequence.Dimension, 0);

    private VectorColumn InRows => new(RowWidth, Sequence.RowOffset);

    /// <summary>Writes the vectors of some steps, and zeros behind them.</summary>
    /// <param name="rows">The distinct rows.</param>
    /// <param name="places">The distinct row of each step.</param>
    /// <param name="weights">The weight of each step; empty: 1.</param>
    /// <param name="steps">Receives them, [max length, dimension].</param>
    public void Forward(ReadOnlySpan<float> rows, ReadOnlySpan<int> places, ReadOnlySpan<float> weights, Span<float> steps)
    {
        if (weights.IsEmpty)
        {
            PlacedVectors.Gather(rows, InRows, places, steps, InBlock, Sequence.Dimension);
            steps[(places.Length * Sequence.Dimension)..].Clear();
            return;
        }
        steps.Clear();
        for (var i = 0; i < places.Length; i++) VectorSum.AddScaled(StepOf(steps, i), VectorOf(rows, places[i]), weights[i]);
    }

    /// <summary>Adds the gradients of some steps to those of their rows; what stands behind them in the block is not looked at.</summary>
    /// <param name="steps">The gradients, [max length, dimension].</param>
    /// <param name="places">The distinct row of each step.</param>
    /// <param name="weights">The weight of each step; empty: 1.</param>
    /// <param name="counts">How often each distinct row is named; empty where all rows are cleared and added to.</param>
    /// <param name="rows">The gradients of the distinct rows.</param>
    /// <param name="range">Other rows are passed over: they are another thread's.</param>
    public void Backward(
        ReadOnlySpan<float> steps, ReadOnlySpan<int> places, ReadOnlySpan<float> weights, ReadOnlySpan<int> counts, Span<float> rows,
        PlaceRange range)
    {
        if (weights.IsEmpty) PlacedVectors.Scatter(steps, InBlock, places, counts, rows, InRows, Sequence.Dimension, range);
        else
        {
            for (var i = 0; i < places.Length; i++)
            {
                if (!range.Contains(places[i])) continue;
                VectorSum.AddScaled(
                    rows.Slice(places[i] * RowWidth + Sequence.RowOffset, Sequence.Dimension),
                    steps.Slice(i * Sequence.Dimension, Sequence.Dimension), weights[i]);
            }
        }
    }

    private Span<float> StepOf(Span<float> steps, int index) => steps.Slice(index * Sequence.Dimension, Sequence.Dimension);

    private ReadOnlySpan<float> VectorOf(ReadOnlySpan<float> rows, int place) =>
        rows.Slice(place * RowWidth + Sequence.RowOffset, Sequence.Dimension);
}
