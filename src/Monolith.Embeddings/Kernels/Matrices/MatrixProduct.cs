using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// C = A B, or C += A B. Every element of C is one chain of fused multiply-adds with k ascending, begun at 0 or at what C held: no
/// vector width, blocking or number of threads changes a bit, as long as work is split over rows or columns of C and never over k.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>Fewer rows than this are not worth packing B for.</summary>
    private const int MinPackedRows = 4;

    /// <summary>Multiplies.</summary>
    /// <param name="a">[m, k], with any strides, so that a transposed matrix costs nothing.</param>
    /// <param name="b">[k, n], row-major (its columns stand side by side).</param>
    /// <param name="c">[m, n]; must not overlap A and B.</param>
    /// <param name="accumulate">Whether to add to what C holds.</param>
    public static void Multiply(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
    {
        // Narrow results do not fill wide vectors; those of one column are seen as a row.
        var width = ColumnProduct.Takes(a, c) ? c.Rows : c.Columns;
        if (Vector512.IsHardwareAccelerated && width > Vector256<float>.Count) Multiply<Vectors512, Vector512<float>>(a, b, c, accumulate);
        else if (Vector256.IsHardwareAccelerated && width > Vector128<float>.Count)
            Multiply<Vectors256, Vector256<float>>(a, b, c, accumulate);
        else if (Vector128.IsHardwareAccelerated && width > 1) Multiply<Vectors128, Vector128<float>>(a, b, c, accumulate);
        else Multiply<ScalarVectors, float>(a, b, c, accumulate);
    }

    /// <summary>The same through one width of vectors.</summary>
    internal static void Multiply<TVectors, TVector>(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        RequireFit(a, b, c);
        if (!accumulate && a.Columns == 0) Clear(c);
        if (a.Columns == 0 || c.Rows == 0 || c.Columns == 0) return;
        if (ColumnProduct.Takes(a, c)) ColumnProduct.Multiply<TVectors, TVector>(a, b, c, accumulate);
        else if (c.Rows < MinPackedRows) RowProduct.Multiply<TVectors, TVector>(a, b, c, accumulate);
        else PackedProduct.Multiply<TVectors, TVector>(a, b, c, accumulate);
    }

    /// <summary>The definition, as a plain loop.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void MultiplyScalar(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
    {
        RequireFit(a, b, c);
        for (var i = 0; i < c.Rows; i++)
        {
            for (var j = 0; j < c.Columns; j++)
            {
                var sum = accumulate ? c.Row(i)[j] : 0;
                for (var k = 0; k < a.Columns; k++)
                    sum = MathF.FusedMultiplyAdd(a.Values[i * a.RowStride + k * a.ColumnStride], b.Values[k * b.RowStride + j], sum);
                c.Row(i)[j] = sum;
            }
        }
    }

    private static void Clear(Matrix c)
    {
        for (var i = 0; i < c.Rows; i++) c.Row(i).Clear();
    }

    private static void RequireFit(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c)
    {
        if (a.Rows != c.Rows || b.Columns != c.Columns || a.Columns != b.Rows)
            throw new ArgumentException(
                $"[{a.Rows}, {a.Columns}] times [{b.Rows}, {b.Columns}] does not give [{c.Rows}, {c.Columns}].");
        if (b.ColumnStride != 1 && b.Columns > 1)
            throw new ArgumentException($"B has a column stride of {b.ColumnStride}; it must be row-major. Transpose it first.");
    }
}
