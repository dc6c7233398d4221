using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>
/// One number of a short row, in registers: 16 running values as in <see cref="VirtualLanes"/>, folded by the same halves, so that every
/// width gives the same bits.
/// </summary>
internal static unsafe class RowReduction
{
    /// <param name="term">What to take from each place of the two arrays.</param>
    /// <param name="left">[n].</param>
    /// <param name="right">[n].</param>
    /// <param name="n">How many floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<TFold, TTerm, TLane, TLength>(in TTerm term, float* left, float* right, int n)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        if (!TLength.IsWhole) return OfAnyLength<TFold, TTerm, TLane>(term, left, right, n);
        nint i = 0, length = n;
        TLane a = TLane.Broadcast(0), b = a;
        if (sizeof(TLane) == VirtualLanes.Count * sizeof(float))
        {
            for (; i < length; i += VirtualLanes.Count) a = TFold.Take(a, term.Of(TLane.Load(ref left[i]), TLane.Load(ref right[i])));
            return TFold.Total(a);
        }
        for (; i < length - VirtualLanes.Count / 2; i += VirtualLanes.Count)
        {
            a = TFold.Take(a, term.Of(TLane.Load(ref left[i]), TLane.Load(ref right[i])));
            b = TFold.Take(b, term.Of(TLane.Load(ref left[i + VirtualLanes.Count / 2]), TLane.Load(ref right[i + VirtualLanes.Count / 2])));
        }
        if (i < length) a = TFold.Take(a, term.Of(TLane.Load(ref left[i]), TLane.Load(ref right[i])));
        return TFold.Total(TFold.Join(a, b));
    }

    // Code for parts of lanes would cost whole ones their registers: it stands apart. By value: a term whose address is taken is read from
    // memory for every lane.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float OfAnyLength<TFold, TTerm, TLane>(TTerm term, float* left, float* right, int n)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
        where TLane : unmanaged, ILane<TLane>
    {
        if (TLane.Width == 1) return Scalar<TFold, TTerm>(in term, left, right, n);
        TLane a = TLane.Broadcast(0), b = a, c = a, d = a;
        // The width is a constant to the compiler: of the four groups stay as many as make 16 floats.
        for (var i = 0; i < n; i += VirtualLanes.Count)
        {
            a = Take<TFold, TTerm, TLane>(in term, a, left, right, i, n);
            if (TLane.Width <= 8) b = Take<TFold, TTerm, TLane>(in term, b, left, right, i + TLane.Width, n);
            if (TLane.Width <= 4) c = Take<TFold, TTerm, TLane>(in term, c, left, right, i + 2 * TLane.Width, n);
            if (TLane.Width <= 4) d = Take<TFold, TTerm, TLane>(in term, d, left, right, i + 3 * TLane.Width, n);
        }
        if (TLane.Width <= 4) (a, b) = (TFold.Join(a, c), TFold.Join(b, d));
        if (TLane.Width <= 8) a = TFold.Join(a, b);
        return TFold.Total(a);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Take<TFold, TTerm, TLane>(in TTerm term, TLane running, float* left, float* right, int i, int n)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
        where TLane : unmanaged, ILane<TLane> =>
        TFold.Take(running, term.Of(TLane.LoadFirst(ref left[i], n - i), TLane.LoadFirst(ref right[i], n - i)));

    private static float Scalar<TFold, TTerm>(in TTerm term, float* left, float* right, int n)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
    {
        Span<ScalarLane> running = stackalloc ScalarLane[VirtualLanes.Count];
        running.Clear();
        for (var i = 0; i < n; i++)
        {
            ref var lane = ref running[i % VirtualLanes.Count];
            lane = TFold.Take(lane, term.Of(ScalarLane.Load(ref left[i]), ScalarLane.Load(ref right[i])));
        }
        for (var half = VirtualLanes.Count / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) running[i] = TFold.Join(running[i], running[i + half]);
        }
        return TFold.Total(running[0]);
    }
}
