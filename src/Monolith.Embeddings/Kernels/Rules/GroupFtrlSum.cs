using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>z + g - s w, of z, weights and gradient; the sum of its squares; and the weights that follow from z.</summary>
internal static unsafe class GroupFtrlSum
{
    /// <summary>Updates z, and sums its squares while they are in registers: a load of what was just stored would wait for it.</summary>
    /// <param name="curvature">s.</param>
    /// <param name="z">[n].</param>
    /// <param name="w">[n].</param>
    /// <param name="g">[n].</param>
    /// <param name="n">How many weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Run<TLane, TLength>(float curvature, float* z, float* w, float* g, int n)
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        if (!TLength.IsWhole) return RunAnyLength<TLane>(curvature, z, w, g, n);
        TLane back = TLane.Broadcast(-curvature), a = TLane.Broadcast(0), b = a;
        nint length = n;
        for (nint i = 0; i < length; i += TLane.Width)
        {
            var sum = Sum(back, z + i, w + i, g + i);
            a = SquareSum.Take(a, sum);
            // Lanes of 8 floats take turns.
            if (sizeof(TLane) < VirtualLanes.Count * sizeof(float)) (a, b) = (b, a);
        }
        if (sizeof(TLane) == VirtualLanes.Count * sizeof(float)) return SquareSum.Total(a);
        // Addition is commutative, so it does not matter which of the two took the last turn.
        return SquareSum.Total(SquareSum.Join(a, b));
    }

    /// <summary>
    /// w = -factor z, of whole lanes, in one operation: to add +0 makes +0 of a product of -0, and changes nothing else. The bits are those
    /// of <see cref="NegatedScaleRule"/>.
    /// </summary>
    /// <param name="factor">What the negated z is multiplied by.</param>
    /// <param name="w">[n]; only written.</param>
    /// <param name="z">[n].</param>
    /// <param name="n">How many weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Solve<TLane>(float factor, float* w, float* z, int n)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane negated = TLane.Broadcast(-factor), zero = TLane.Broadcast(0);
        nint length = n;
        for (nint i = 0; i < length; i += TLane.Width) TLane.Store(TLane.FusedMultiplyAdd(TLane.Load(ref z[i]), negated, zero), ref w[i]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float RunAnyLength<TLane>(float curvature, float* z, float* w, float* g, int n)
        where TLane : unmanaged, ILane<TLane>
    {
        var i = 0;
        for (; i + TLane.Width <= n; i += TLane.Width) Sum(TLane.Broadcast(-curvature), z + i, w + i, g + i);
        for (; i < n; i++) Sum(ScalarLane.Broadcast(-curvature), z + i, w + i, g + i);
        var itself = default(SecondOfTwo);
        return RowReduction.Of<SquareSum, SecondOfTwo, TLane, AnyLength>(in itself, z, z, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Sum<TLane>(TLane back, float* z, float* w, float* g)
        where TLane : unmanaged, ILane<TLane>
    {
        var sum = TLane.Load(ref *z) + TLane.FusedMultiplyAdd(back, TLane.Load(ref *w), TLane.Load(ref *g));
        TLane.Store(sum, ref *z);
        return sum;
    }
}
