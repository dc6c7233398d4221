using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The product of a matrix and one column, such as a last unit: seen from the other side it is the product of a row, whose sums stand side
/// by side. So A must lie transposed; where it does not, it is copied so, a block of the nearest cache at a time.
/// </summary>
internal static unsafe class ColumnProduct
{
    private const int BlockRows = 64, BlockDepth = 64;

    /// <summary>Whether these matrices can be multiplied so.</summary>
    public static bool Takes(ReadOnlyMatrix a, Matrix c) =>
        c.Columns == 1 && (c.RowStride == 1 || c.Rows == 1) && (a.RowStride == 1 || a.ColumnStride == 1);

    public static void Multiply<TVectors, TVector>(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        var factors = b.Transposed;
        if (a.RowStride == 1)
        {
            RowProduct.Multiply<TVectors, TVector>(factors, a.Transposed, new Matrix(c.Values, 1, c.Rows), accumulate);
            return;
        }
        for (var i = 0; i < c.Rows; i += BlockRows)
        {
            var rows = Math.Min(BlockRows, c.Rows - i);
            MultiplyRows<TVectors, TVector>(a.Values[(i * a.RowStride)..], a.RowStride, factors, c.Values.Slice(i, rows), accumulate);
        }
    }

    [SkipLocalsInit]
    private static void MultiplyRows<TVectors, TVector>(
        ReadOnlySpan<float> a, int stride, ReadOnlyMatrix factors, Span<float> c, bool accumulate)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        Span<float> memory = stackalloc float[BlockRows * BlockDepth];
        for (var k = 0; k < factors.Columns; k += BlockDepth)
        {
            var depth = Math.Min(BlockDepth, factors.Columns - k);
            var block = memory[..(depth * c.Length)];
            Transposition.Copy(new ReadOnlyMatrix(a[k..], c.Length, depth, stride), block);
            RowProduct.Multiply<TVectors, TVector>(
                new ReadOnlyMatrix(factors.Values[(k * factors.ColumnStride)..], 1, depth, 0, factors.ColumnStride),
                new ReadOnlyMatrix(block, depth, c.Length), new Matrix(c, 1, c.Length), accumulate || k > 0);
        }
    }
}
