using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Keeps rows before a rule that looks at whole rows changes them, and looks afterwards whether their numbers are finite. A pass of its
/// own: those rules have several.
/// </summary>
internal static unsafe class RowKeeping
{
    /// <summary>Copies all rows to where they are kept.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Keep<TLane>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
    {
        nint n = rows.Dimension, states = rows.StateLength;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var copy = rows.KeptAt(row);
            Copy<TLane>(place.Weights, copy.Weights, n);
            Copy<TLane>(place.State, copy.State, states);
        }
    }

    /// <summary>Whether all numbers of all rows are finite: such a number times 0 is 0, and any other is no number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool AreFinite<TLane>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
    {
        nint n = rows.Dimension, states = rows.StateLength;
        var check = TLane.Broadcast(0);
        var rest = 0f;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            Check(place.Weights, n, ref check, ref rest);
            Check(place.State, states, ref check, ref rest);
        }
        return TLane.IsZero(check) && rest == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<TLane>(float* source, float* destination, nint n)
        where TLane : unmanaged, ILane<TLane>
    {
        nint i = 0;
        for (; i + TLane.Width <= n; i += TLane.Width) TLane.Store(TLane.Load(ref source[i]), ref destination[i]);
        for (; i < n; i++) destination[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check<TLane>(float* values, nint n, ref TLane check, ref float rest)
        where TLane : unmanaged, ILane<TLane>
    {
        nint i = 0;
        for (; i + TLane.Width <= n; i += TLane.Width) check = TLane.FusedMultiplyAdd(TLane.Load(ref values[i]), TLane.Broadcast(0), check);
        for (; i < n; i++) rest += values[i] * 0;
    }
}
