using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>
/// A few rows in memory that ends at a guard page, each [something else | weights | something else | states], their gradients in other such
/// memory, and a copy of the rows for the scalar twin. Some rows are drawn more than once.
/// </summary>
internal sealed unsafe class RowBlock
{
    public const int MostRows = 16, WeightOffset = 3, Gap = 2;

    private readonly int _dimension, _states, _stride, _gradientStride;
    private readonly int[] _drawn;
    private readonly float[] _expected, _givenGradients;
    private readonly float* _rows, _gradients;
    private readonly GuardedFloats _rowMemory, _gradientMemory;

    public RowBlock(Random random, GuardedFloats rowMemory, GuardedFloats gradientMemory, int dimension, int states, int count)
    {
        (_rowMemory, _gradientMemory, _dimension, _states) = (rowMemory, gradientMemory, dimension, states);
        (_stride, _gradientStride) = (RowFloats(dimension, states), WeightOffset + dimension);
        _drawn = [.. Enumerable.Range(0, count).Select(_ => random.Next(count))];
        // States are positive, which weights may be as well.
        _expected = RandomFloats.Draw(random, count * _stride, isPositive: true);
        _givenGradients = RandomFloats.Draw(random, count * _gradientStride);
        fixed (float* first = rowMemory.Last(_expected)) _rows = first;
        fixed (float* first = gradientMemory.Last(_givenGradients)) _gradients = first;
    }

    public static int RowFloats(int dimension, int states) => WeightOffset + dimension + Gap + states * dimension;

    private int StateOffset => WeightOffset + _dimension + Gap;

    /// <summary>Updates the block at once.</summary>
    public void Run(IRuleRunner runner)
    {
        var rows = stackalloc float*[MostRows];
        var gradients = stackalloc float*[MostRows];
        for (var i = 0; i < _drawn.Length; i++)
        {
            rows[i] = _rows + _drawn[i] * _stride;
            gradients[i] = _gradients + i * _gradientStride;
        }
        runner.RunRows(new SegmentRows(rows, gradients, _drawn.Length, WeightOffset, _dimension, StateOffset, _states * _dimension));
    }

    /// <summary>Updates the copy row by row, and compares all that there is.</summary>
    public void AssertEqualsScalar(IRuleRunner runner)
    {
        for (var i = 0; i < _drawn.Length; i++)
        {
            var row = _expected.AsSpan(_drawn[i] * _stride, _stride);
            runner.Run<ScalarLane>(
                row.Slice(WeightOffset, _dimension), row.Slice(StateOffset, _states * _dimension),
                _givenGradients.AsSpan(i * _gradientStride + WeightOffset, _dimension));
        }
        var what = $"{runner}, dimension {_dimension}, {_drawn.Length} rows";
        Assert.That(AreSame(_rows, _expected), $"rows, {what}");
        Assert.That(AreSame(_gradients, _givenGradients), $"gradients, {what}");
        _rowMemory.AssertUntouched(_expected.Length);
        _gradientMemory.AssertUntouched(_givenGradients.Length);
    }

    private static bool AreSame(float* actual, float[] expected) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<float>(actual, expected.Length)).SequenceEqual(MemoryMarshal.AsBytes(expected.AsSpan()));
}
