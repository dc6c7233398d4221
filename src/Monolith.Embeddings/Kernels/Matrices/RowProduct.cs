using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>The product of few rows: each row of C is made by itself, straight from B, four vectors of sums at a time.</summary>
internal static unsafe class RowProduct
{
    public static void Multiply<TVectors, TVector>(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        fixed (float* left = a.Values, right = b.Values)
        {
            for (var i = 0; i < c.Rows; i++)
            {
                var row = c.Row(i);
                if (!accumulate) row.Clear();
                fixed (float* result = row)
                {
                    var product = new RowOperands(left + (nint)i * a.RowStride, a.ColumnStride, right, b.RowStride, a.Columns);
                    var j = WideColumns<TVectors, TVector>(in product, result, 0, row.Length);
                    j = Columns<TVectors, TVector>(in product, result, j, row.Length);
                    if (TVectors.Width > Vector128<float>.Count)
                        j = Columns<Vectors128, Vector128<float>>(in product, result, j, row.Length);
                    Columns<ScalarVectors, float>(in product, result, j, row.Length);
                }
            }
        }
    }

    /// <summary>Makes columns in groups of four vectors from <paramref name="j"/> on; returns where it stopped.</summary>
    private static int WideColumns<TVectors, TVector>(in RowOperands product, float* c, int j, int columns)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        for (; j + 4 * TVectors.Width <= columns; j += 4 * TVectors.Width)
        {
            var c0 = TVectors.Load(c + j);
            var c1 = TVectors.Load(c + j + TVectors.Width);
            var c2 = TVectors.Load(c + j + 2 * TVectors.Width);
            var c3 = TVectors.Load(c + j + 3 * TVectors.Width);
            float* a = product.A, b = product.B + j;
            for (var k = product.Depth; k > 0; k--, a += product.AStride, b += product.BStride)
            {
                var factor = TVectors.Broadcast(*a);
                c0 = TVectors.FusedMultiplyAdd(factor, TVectors.Load(b), c0);
                c1 = TVectors.FusedMultiplyAdd(factor, TVectors.Load(b + TVectors.Width), c1);
                c2 = TVectors.FusedMultiplyAdd(factor, TVectors.Load(b + 2 * TVectors.Width), c2);
                c3 = TVectors.FusedMultiplyAdd(factor, TVectors.Load(b + 3 * TVectors.Width), c3);
            }
            TVectors.Store(c0, c + j);
            TVectors.Store(c1, c + j + TVectors.Width);
            TVectors.Store(c2, c + j + 2 * TVectors.Width);
            TVectors.Store(c3, c + j + 3 * TVectors.Width);
        }
        return j;
    }

    private static int Columns<TVectors, TVector>(in RowOperands product, float* c, int j, int columns)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        for (; j + TVectors.Width <= columns; j += TVectors.Width)
        {
            var sum = TVectors.Load(c + j);
            float* a = product.A, b = product.B + j;
            for (var k = product.Depth; k > 0; k--, a += product.AStride, b += product.BStride)
                sum = TVectors.FusedMultiplyAdd(TVectors.Broadcast(*a), TVectors.Load(b), sum);
            TVectors.Store(sum, c + j);
        }
        return j;
    }
}
