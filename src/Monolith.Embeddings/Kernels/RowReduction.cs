using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// One number of a short row, in registers: 16 running values as in <see cref="VirtualLanes"/>, folded by the same halves, so that every width gives
/// the same bits.
/// </summary>
internal static class RowReduction
{
    /// <param name="term">What to take from each place of the two spans.</param>
    /// <param name="left">[n].</param>
    /// <param name="right">[n], which the caller has seen to.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<TFold, TTerm, TLane>(in TTerm term, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
        where TLane : unmanaged, ILane<TLane>
    {
        if (TLane.Width == 1) return Scalar<TFold, TTerm>(in term, left, right);
        ref var x = ref MemoryMarshal.GetReference(left);
        ref var y = ref MemoryMarshal.GetReference(right);
        TLane a = TLane.Broadcast(0), b = a, c = a, d = a;
        var i = 0;
        // The width is a constant to the compiler: of the four groups stay as many as make 16 floats.
        for (; i + VirtualLanes.Count <= left.Length; i += VirtualLanes.Count)
        {
            a = Take<TFold, TTerm, TLane>(in term, a, ref x, ref y, i);
            if (TLane.Width <= 8) b = Take<TFold, TTerm, TLane>(in term, b, ref x, ref y, i + TLane.Width);
            if (TLane.Width <= 4) c = Take<TFold, TTerm, TLane>(in term, c, ref x, ref y, i + 2 * TLane.Width);
            if (TLane.Width <= 4) d = Take<TFold, TTerm, TLane>(in term, d, ref x, ref y, i + 3 * TLane.Width);
        }
        var rest = left.Length - i;
        if (rest > 0)
        {
            a = TakeFirst<TFold, TTerm, TLane>(in term, a, ref x, ref y, i, rest);
            if (TLane.Width <= 8) b = TakeFirst<TFold, TTerm, TLane>(in term, b, ref x, ref y, i + TLane.Width, rest - TLane.Width);
            if (TLane.Width <= 4) c = TakeFirst<TFold, TTerm, TLane>(in term, c, ref x, ref y, i + 2 * TLane.Width, rest - 2 * TLane.Width);
            if (TLane.Width <= 4) d = TakeFirst<TFold, TTerm, TLane>(in term, d, ref x, ref y, i + 3 * TLane.Width, rest - 3 * TLane.Width);
        }
        if (TLane.Width <= 4) (a, b) = (TFold.Join(a, c), TFold.Join(b, d));
        if (TLane.Width <= 8) a = TFold.Join(a, b);
        return TFold.Total(a);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Take<TFold, TTerm, TLane>(in TTerm term, TLane running, ref float x, ref float y, int i)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
        where TLane : unmanaged, ILane<TLane> =>
        TFold.Take(running, term.Of(TLane.Load(ref Unsafe.Add(ref x, i)), TLane.Load(ref Unsafe.Add(ref y, i))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TakeFirst<TFold, TTerm, TLane>(in TTerm term, TLane running, ref float x, ref float y, int i, int count)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
        where TLane : unmanaged, ILane<TLane> =>
        TFold.Take(running, term.Of(TLane.LoadFirst(ref Unsafe.Add(ref x, i), count), TLane.LoadFirst(ref Unsafe.Add(ref y, i), count)));

    private static float Scalar<TFold, TTerm>(in TTerm term, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
        where TFold : struct, IRowFold
        where TTerm : struct, IRowTerm
    {
        Span<ScalarLane> running = stackalloc ScalarLane[VirtualLanes.Count];
        for (var i = 0; i < left.Length; i++)
        {
            ref var lane = ref running[i % VirtualLanes.Count];
            lane = TFold.Take(lane, term.Of(ScalarLane.Load(in left[i]), ScalarLane.Load(in right[i])));
        }
        for (var half = VirtualLanes.Count / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) running[i] = TFold.Join(running[i], running[i + half]);
        }
        return TFold.Total(running[0]);
    }
}
