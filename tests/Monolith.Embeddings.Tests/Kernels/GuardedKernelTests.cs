using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels;

/// <summary>
/// Every kernel over spans agrees with its scalar twin, bit for bit, at every length from 0 to 130, in memory that ends at a page that must
/// not be touched. The rules of the optimizers have <see cref="Loops.UpdateLoopTests"/>.
/// </summary>
public class GuardedKernelTests
{
    private const int Longest = 130, Rows = 7;

    private readonly GuardedFloats[] _memory = new GuardedFloats[3];
    private readonly int[] _lengths = new int[3];
    private readonly Random _random = new(17);

    [SetUp]
    public void Map()
    {
        for (var i = 0; i < _memory.Length; i++) _memory[i] = new GuardedFloats(Rows * Longest);
        _lengths.AsSpan().Clear();
    }

    [TearDown]
    public void Unmap()
    {
        foreach (var memory in _memory) memory.Dispose();
    }

    [Test]
    public void Rectify()
    {
        for (var length = 0; length <= Longest; length++) CheckRectify(length);
    }

    private void CheckRectify(int length)
    {
        var (values, scalar) = Input(0, length);
        DenseRows.Rectify(values);
        DenseRows.Rectify<ScalarLane>(scalar, 0);
        AssertEqual(values, scalar);
        var (gradient, scalarGradient) = Input(1, length);
        DenseRows.RectifyBackward(values, gradient);
        DenseRows.RectifyBackward<ScalarLane>(scalar, scalarGradient, 0);
        AssertEqual(gradient, scalarGradient);
    }

    [Test]
    public void Vector_sum()
    {
        for (var length = 0; length <= Longest; length++) CheckVectorSum(length);
    }

    private void CheckVectorSum(int length)
    {
        var (target, scalar) = Input(0, length);
        var source = Input(1, length).Guarded;
        VectorSum.AddScaled(target, source, 0.3f);
        VectorSum.AddScaled<ScalarLane>(scalar, source, 0.3f, 0);
        AssertEqual(target, scalar);
        VectorSum.Add(target, source);
        VectorSum.AddScaled<ScalarLane>(scalar, source, 1, 0);
        AssertEqual(target, scalar);
    }

    [Test]
    public void Sum_and_dot()
    {
        for (var length = 0; length <= Longest; length++) CheckSumAndDot(length);
    }

    private void CheckSumAndDot(int length)
    {
        var left = Input(0, length).Guarded;
        var right = Input(1, length).Guarded;
        VirtualLanes sums = default, products = default;
        Reduction.Sum<ScalarLane>(left, ref sums, 0);
        Reduction.Dot<ScalarLane>(left, right, ref products, 0);
        AssertEqual([Reduction.Sum(left), Reduction.Dot(left, right)], [sums.Total(), products.Total()]);
    }

    [Test]
    public void Field_interaction()
    {
        for (var dimension = 0; dimension <= Longest; dimension++) CheckFieldInteraction(dimension);
    }

    private void CheckFieldInteraction(int dimension)
    {
        var vectors = Input(0, 3 * dimension).Guarded;
        var (sums, scalarSums) = Input(1, dimension);
        var lanes = default(VirtualLanes);
        FieldInteraction.Forward<ScalarLane>(vectors, scalarSums, ref lanes, 0);
        AssertEqual([FieldInteraction.Forward(vectors, sums)], [0.5f * lanes.Total()]);
        AssertEqual(sums, scalarSums);
        var (gradient, scalarGradient) = Input(2, 3 * dimension);
        FieldInteraction.Backward(vectors, sums, -0.7f, gradient);
        FieldInteraction.Backward<ScalarLane>(vectors, scalarSums, -0.7f, scalarGradient, 0);
        AssertEqual(gradient, scalarGradient);
    }

    [Test]
    public void Element_interaction()
    {
        for (var dimension = 0; dimension <= Longest / 2; dimension++) CheckElementInteraction(dimension);
    }

    // The memory of three spans holds five: sums and elements stand one after the other.
    private void CheckElementInteraction(int dimension)
    {
        var vectors = Input(0, 3 * dimension).Guarded;
        var (results, scalar) = Input(1, 2 * dimension);
        ElementInteraction.Forward(vectors, results[..dimension], results[dimension..]);
        ElementInteraction.Forward<ScalarLane>(vectors, scalar.AsSpan(0, dimension), scalar.AsSpan(dimension), 0);
        AssertEqual(results, scalar);
        // Summed, they are the term before its half of the sum is rounded.
        var elements = results[dimension..].ToArray();
        Assert.That(elements.Sum(), Is.EqualTo(FieldInteraction.Forward(vectors, scalar.AsSpan(0, dimension)))
            .Within(1e-5f * elements.Sum(MathF.Abs)));
        var (gradient, scalarGradient) = Input(2, 3 * dimension);
        ElementInteraction.Backward(vectors, results[..dimension], results[dimension..], gradient);
        ElementInteraction.Backward<ScalarLane>(vectors, results[..dimension], results[dimension..], scalarGradient, 0);
        AssertEqual(gradient, scalarGradient);
    }

    [Test]
    public void Bias_and_column_sums()
    {
        for (var columns = 0; columns <= Longest; columns++) CheckBiasAndColumnSums(columns);
    }

    private void CheckBiasAndColumnSums(int columns)
    {
        var bias = Input(0, columns).Guarded;
        var rows = Input(1, Rows * columns).Guarded;
        DenseRows.FillBias(new Matrix(rows, Rows, columns), bias);
        for (var i = 0; i < Rows; i++) AssertEqual(rows.Slice(i * columns, columns), bias.ToArray());
        var (sums, scalar) = Input(2, columns);
        DenseRows.AddColumnSums(new ReadOnlyMatrix(rows, Rows, columns), sums);
        for (var i = 0; i < Rows; i++) VectorSum.AddScaled<ScalarLane>(scalar, rows.Slice(i * columns, columns), 1, 0);
        AssertEqual(sums, scalar);
    }

    [Test]
    public void Matrix_product([Values] bool accumulate)
    {
        for (var length = 0; length <= Longest; length++) CheckMatrixProduct(length, accumulate);
    }

    private void CheckMatrixProduct(int length, bool accumulate)
    {
        // The length is each of the three in turn.
        (int, int, int)[] shapes =
            [(1, length, 5), (Rows, length, 5), (Rows, 5, length), (3, 5, length), (length, Rows, 3), (length, 1, Rows)];
        foreach (var (m, n, k) in shapes)
        {
            var a = Input(0, m * k).Guarded;
            var b = Input(1, k * n).Guarded;
            var (c, scalar) = Input(2, m * n);
            MatrixProduct.Multiply(new ReadOnlyMatrix(a, m, k), new ReadOnlyMatrix(b, k, n), new Matrix(c, m, n), accumulate);
            MatrixProduct.MultiplyScalar(new ReadOnlyMatrix(a, m, k), new ReadOnlyMatrix(b, k, n), new Matrix(scalar, m, n), accumulate);
            AssertEqual(c, scalar);
        }
    }

    [Test]
    public void Transposing([Values(1, 4, Rows)] int rows)
    {
        for (var columns = 0; columns <= Longest; columns++) CheckTransposing(columns, rows);
    }

    private void CheckTransposing(int columns, int rows)
    {
        var source = Input(0, rows * columns).Guarded;
        var (target, expected) = Input(1, rows * columns);
        Transposition.Copy(new ReadOnlyMatrix(source, rows, columns), target);
        for (var i = 0; i < expected.Length; i++) expected[i] = source[i % rows * columns + i / rows];
        AssertEqual(target, expected);
    }

    /// <summary>Random floats before a guard page, and a copy of them.</summary>
    private GuardedInput Input(int place, int length)
    {
        var values = RandomFloats.Draw(_random, length);
        _lengths[place] = length;
        return new GuardedInput(_memory[place].Last(values), values);
    }

    private void AssertEqual(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.That(Bits.Of(actual), Is.EqualTo(Bits.Of(expected)));
        for (var i = 0; i < _memory.Length; i++)
        {
            if (_lengths[i] > 0) _memory[i].AssertUntouched(_lengths[i]);
        }
    }
}
