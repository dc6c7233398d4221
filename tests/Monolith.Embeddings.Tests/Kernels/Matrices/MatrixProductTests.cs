using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Matrices;

namespace Monolith.Embeddings.Tests.Kernels.Matrices;

public sealed class MatrixProductTests
{
    private const float Sentinel = 12345.678f;

    private static readonly (int M, int N, int K)[] Shapes =
    [
        (1, 1, 1), (3, 130, 9), (7, 33, 130), (20, 65, 40), (6, 16, 5), (512, 1, 128), (128, 1, 512), (70, 1, 67), (13, 64, 300),
        (50, 35, 1),
    ];

    private static readonly Product[] Widths =
    [
        MatrixProduct.Multiply, MatrixProduct.Multiply<ScalarVectors, float>, MatrixProduct.Multiply<Vectors128, Vector128<float>>,
        MatrixProduct.Multiply<Vectors256, Vector256<float>>, MatrixProduct.Multiply<Vectors512, Vector512<float>>,
    ];

    [Test]
    public void Every_small_size_gives_the_bits_of_the_plain_loop()
    {
        int[] sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 15, 16, 17, 23, 31, 32, 33, 39, 40];
        foreach (var m in sizes)
        {
            foreach (var n in sizes)
            {
                foreach (var k in new[] { 0, 1, 2, 7, 40 }) Compare(m, n, k, seed: m * 1681 + n * 41 + k);
            }
        }
    }

    [TestCase(5)]
    [TestCase(6)]
    public void Random_larger_sizes_give_the_bits_of_the_plain_loop(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 12; round++) Compare(random.Next(1, 150), random.Next(1, 150), random.Next(1, 400), random.Next());
    }

    /// <summary>Panels of k end at 128: the sums that rest in C between them must go on exactly.</summary>
    [Test]
    public void Depths_around_the_panel_give_the_bits_of_the_plain_loop([Values(127, 128, 129, 255, 256, 257)] int k)
    {
        Compare(13, 37, k, seed: k);
        Compare(2, 70, k, seed: k);
    }

    /// <summary>Blocks of a column's product end at 64 rows and 64 of k; A lies either way.</summary>
    [Test]
    public void One_column_gives_the_bits_of_the_plain_loop(
        [Values(1, 3, 63, 64, 65, 130, 200)] int m, [Values(1, 5, 63, 64, 65, 130)] int k)
    {
        for (var seed = 0; seed < 6; seed++) Compare(m, 1, k, seed);
    }

    [Test]
    public void Every_width_of_vectors_gives_the_same_bits([Range(1, 5)] int seed)
    {
        foreach (var (m, n, k) in Shapes)
        {
            var problem = new Problem(m, n, k, seed);
            foreach (var accumulate in new[] { false, true })
            {
                var expected = problem.Run(accumulate, MatrixProduct.MultiplyScalar);
                foreach (var product in Widths) Assert.That(problem.Run(accumulate, product), Is.EqualTo(expected), $"[{m}, {n}, {k}]");
            }
        }
    }

    /// <summary>An oracle that shares nothing with the product: sums in doubles, k descending.</summary>
    [Test]
    public void Every_width_of_vectors_is_as_near_to_the_exact_product_as_a_chain_of_roundings_can_be([Range(1, 5)] int seed)
    {
        foreach (var (m, n, k) in Shapes)
        {
            var problem = new Problem(m, n, k, seed);
            foreach (var product in Widths)
            {
                foreach (var accumulate in new[] { false, true }) problem.RequireNearExact(product, accumulate);
            }
        }
    }

    [Test]
    public void Splitting_over_rows_changes_no_bit()
    {
        var problem = new Problem(97, 45, 140, seed: 3);
        var whole = problem.Run(accumulate: false, MatrixProduct.Multiply);
        var split = problem.Run(accumulate: false, (a, b, c, accumulate) =>
        {
            for (int start = 0, step = 1; start < a.Rows; start += step, step += 3)
            {
                var rows = Math.Min(step, a.Rows - start);
                MatrixProduct.Multiply(
                    new ReadOnlyMatrix(a.Values[(start * a.RowStride)..], rows, a.Columns, a.RowStride, a.ColumnStride), b,
                    new Matrix(c.Values[(start * c.RowStride)..], rows, c.Columns, c.RowStride), accumulate);
            }
        });
        Assert.That(split, Is.EqualTo(whole));
    }

    [Test]
    public void Wrong_shapes_are_refused_with_the_numbers()
    {
        var values = new float[100];
        Assert.That(() => MatrixProduct.Multiply(new(values, 3, 4), new(values, 5, 2), new Matrix(new float[6], 3, 2), false),
            Throws.ArgumentException.With.Message.Contains("[3, 4]").And.Message.Contains("[5, 2]"));
        Assert.That(() => MatrixProduct.Multiply(new(values, 3, 4), new(values, 4, 2, 1, 4), new Matrix(new float[6], 3, 2), false),
            Throws.ArgumentException.With.Message.Contains("row-major"));
        Assert.That(() => new ReadOnlyMatrix(values, 11, 10).Rows, Throws.ArgumentException.With.Message.Contains("110"));
        Assert.That(() => new Matrix(values, 3, 4, 3).Rows, Throws.ArgumentException.With.Message.Contains("stride"));
        Assert.That(() => new ReadOnlyMatrix(values, -1, 10).Rows, Throws.ArgumentException.With.Message.Contains("negative"));
    }

    [Test]
    public void Transposing_exchanges_rows_and_columns_and_touches_nothing_else()
    {
        for (var rows = 0; rows <= 13; rows++)
        {
            for (var columns = 0; columns <= 13; columns++)
            {
                var source = Enumerable.Range(0, rows * columns).Select(i => (float)i).ToArray();
                var memory = Enumerable.Repeat(Sentinel, rows * columns + 32).ToArray();
                Transposition.Copy(new ReadOnlyMatrix(source, rows, columns), memory.AsSpan(16, rows * columns));
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++) Assert.That(memory[16 + j * rows + i], Is.EqualTo(source[i * columns + j]));
                }
                Assert.That(memory[..16].Concat(memory[^16..]), Is.All.EqualTo(Sentinel));
            }
        }
    }

    private static void Compare(int m, int n, int k, int seed)
    {
        var problem = new Problem(m, n, k, seed);
        foreach (var accumulate in new[] { false, true })
        {
            var expected = problem.Run(accumulate, MatrixProduct.MultiplyScalar);
            var actual = problem.Run(accumulate, MatrixProduct.Multiply);
            if (!Bits(expected).SequenceEqual(Bits(actual)))
                Assert.That(actual, Is.EqualTo(expected), $"[{m}, {n}, {k}], accumulate {accumulate}");
        }
    }

    private static ReadOnlySpan<byte> Bits(float[] values) => MemoryMarshal.AsBytes(values.AsSpan());

    private delegate void Product(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate);

    /// <summary>
    /// Random matrices with random strides, in memory whose every other float is a sentinel or NaN that must not be touched or read.
    /// </summary>
    private sealed class Problem
    {
        private readonly int _m, _n, _k, _rowStrideA, _columnStrideA, _strideB, _strideC;
        private readonly float[] _a, _b, _c;

        public Problem(int m, int n, int k, int seed)
        {
            var random = new Random(seed);
            (_m, _n, _k) = (m, n, k);
            (_rowStrideA, _columnStrideA) = random.Next(2) == 0 ? (k + random.Next(3), 1) : (1, m + random.Next(3));
            (_strideB, _strideC) = (n + random.Next(5), n + (random.Next(2) == 0 ? 0 : random.Next(5)));
            _a = Fill(random, m, k, _rowStrideA, _columnStrideA, float.NaN);
            _b = Fill(random, k, n, _strideB, 1, float.NaN);
            _c = Fill(random, m, n, _strideC, 1, Sentinel);
        }

        public float[] Run(bool accumulate, Product product)
        {
            var memory = Enumerable.Repeat(Sentinel, 64).Concat(_c).Concat(Enumerable.Repeat(Sentinel, 64)).ToArray();
            product(
                new ReadOnlyMatrix(_a, _m, _k, _rowStrideA, _columnStrideA), new ReadOnlyMatrix(_b, _k, _n, _strideB),
                new Matrix(memory.AsSpan(64, _c.Length), _m, _n, _strideC), accumulate);
            return memory;
        }

        public void RequireNearExact(Product product, bool accumulate)
        {
            const double Unit = 1.0 / (1 << 24);
            var actual = Run(accumulate, product).AsSpan(64);
            for (var i = 0; i < _m; i++)
            {
                for (var j = 0; j < _n; j++)
                {
                    double sum = accumulate ? _c[i * _strideC + j] : 0, magnitude = Math.Abs(sum);
                    for (var k = _k - 1; k >= 0; k--)
                    {
                        var term = (double)_a[i * _rowStrideA + k * _columnStrideA] * _b[k * _strideB + j];
                        (sum, magnitude) = (sum + term, magnitude + Math.Abs(term));
                    }
                    // A chain of k roundings, each of at most half a unit of a partial sum (Higham 2002, 3.1).
                    if (Math.Abs(actual[i * _strideC + j] - sum) > _k * Unit * magnitude * 1.001)
                        Assert.Fail($"[{_m}, {_n}, {_k}] at ({i}, {j}): {actual[i * _strideC + j]}, exactly {sum}.");
                }
            }
        }

        // Exactly as long as the last element needs, so that reading on leaves the array.
        private static float[] Fill(Random random, int rows, int columns, int rowStride, int columnStride, float gap)
        {
            var length = rows == 0 || columns == 0 ? 0 : (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
            var values = Enumerable.Repeat(gap, length).ToArray();
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++) values[i * rowStride + j * columnStride] = random.NextSingle() * 2 - 1;
            }
            return values;
        }
    }
}
