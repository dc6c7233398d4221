using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>The product of few rows: each row of C is made by itself, straight from B, four lanes of sums at a time.</summary>
internal static class RowProduct
{
    public static void Multiply<TLane>(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
        where TLane : unmanaged, ILane<TLane>
    {
        for (var i = 0; i < c.Rows; i++)
        {
            ref var left = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.Values), i * a.RowStride);
            var row = c.Row(i);
            if (!accumulate) row.Clear();
            var j = WideColumns<TLane>(ref left, a.ColumnStride, a.Columns, b, row, 0);
            j = Columns<TLane>(ref left, a.ColumnStride, a.Columns, b, row, j);
            if (TLane.Width > Lane128.Width) j = Columns<Lane128>(ref left, a.ColumnStride, a.Columns, b, row, j);
            Columns<ScalarLane>(ref left, a.ColumnStride, a.Columns, b, row, j);
        }
    }

    /// <summary>Makes columns in groups of four lanes from <paramref name="j"/> on; returns where it stopped.</summary>
    private static int WideColumns<TLane>(ref float a, nint stride, int depth, ReadOnlyMatrix b, Span<float> c, int j)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var right = ref MemoryMarshal.GetReference(b.Values);
        ref var result = ref MemoryMarshal.GetReference(c);
        for (; j + 4 * TLane.Width <= c.Length; j += 4 * TLane.Width)
        {
            var c0 = TLane.Load(ref Unsafe.Add(ref result, j));
            var c1 = TLane.Load(ref Unsafe.Add(ref result, j + TLane.Width));
            var c2 = TLane.Load(ref Unsafe.Add(ref result, j + 2 * TLane.Width));
            var c3 = TLane.Load(ref Unsafe.Add(ref result, j + 3 * TLane.Width));
            for (nint k = 0; k < depth; k++)
            {
                var factor = TLane.Broadcast(Unsafe.Add(ref a, k * stride));
                ref var row = ref Unsafe.Add(ref right, k * b.RowStride + j);
                c0 = TLane.FusedMultiplyAdd(factor, TLane.Load(ref row), c0);
                c1 = TLane.FusedMultiplyAdd(factor, TLane.Load(ref Unsafe.Add(ref row, TLane.Width)), c1);
                c2 = TLane.FusedMultiplyAdd(factor, TLane.Load(ref Unsafe.Add(ref row, 2 * TLane.Width)), c2);
                c3 = TLane.FusedMultiplyAdd(factor, TLane.Load(ref Unsafe.Add(ref row, 3 * TLane.Width)), c3);
            }
            TLane.Store(c0, ref Unsafe.Add(ref result, j));
            TLane.Store(c1, ref Unsafe.Add(ref result, j + TLane.Width));
            TLane.Store(c2, ref Unsafe.Add(ref result, j + 2 * TLane.Width));
            TLane.Store(c3, ref Unsafe.Add(ref result, j + 3 * TLane.Width));
        }
        return j;
    }

    private static int Columns<TLane>(ref float a, nint stride, int depth, ReadOnlyMatrix b, Span<float> c, int j)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var right = ref MemoryMarshal.GetReference(b.Values);
        ref var result = ref MemoryMarshal.GetReference(c);
        for (; j + TLane.Width <= c.Length; j += TLane.Width)
        {
            var sum = TLane.Load(ref Unsafe.Add(ref result, j));
            for (nint k = 0; k < depth; k++)
            {
                var factor = TLane.Broadcast(Unsafe.Add(ref a, k * stride));
                sum = TLane.FusedMultiplyAdd(factor, TLane.Load(ref Unsafe.Add(ref right, k * b.RowStride + j)), sum);
            }
            TLane.Store(sum, ref Unsafe.Add(ref result, j));
        }
        return j;
    }
}
