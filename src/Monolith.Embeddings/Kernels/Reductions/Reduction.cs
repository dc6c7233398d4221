using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>Sums over a span, in <see cref="VirtualLanes"/>: the same bits at every vector width.</summary>
internal static class Reduction
{
    /// <summary>sum(x).</summary>
    public static float Sum(ReadOnlySpan<float> values)
    {
        var lanes = default(VirtualLanes);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Sum<Lane512>(values, ref lanes, i);
        if (Vector256.IsHardwareAccelerated) i = Sum<Lane256>(values, ref lanes, i);
        if (Vector128.IsHardwareAccelerated) i = Sum<Lane128>(values, ref lanes, i);
        Sum<ScalarLane>(values, ref lanes, i);
        return lanes.Total();
    }

    /// <summary>sum(x y).</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length != right.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {left.Length} and {right.Length}.");
        var lanes = default(VirtualLanes);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Dot<Lane512>(left, right, ref lanes, i);
        if (Vector256.IsHardwareAccelerated) i = Dot<Lane256>(left, right, ref lanes, i);
        if (Vector128.IsHardwareAccelerated) i = Dot<Lane128>(left, right, ref lanes, i);
        Dot<ScalarLane>(left, right, ref lanes, i);
        return lanes.Total();
    }

    /// <summary>Adds whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Sum<TLane>(ReadOnlySpan<float> values, ref VirtualLanes lanes, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var x = ref MemoryMarshal.GetReference(values);
        for (; i + TLane.Width <= values.Length; i += TLane.Width)
        {
            ref var lane = ref lanes[i % VirtualLanes.Count];
            TLane.Store(TLane.Load(ref lane) + TLane.Load(ref Unsafe.Add(ref x, i)), ref lane);
        }
        return i;
    }

    /// <inheritdoc cref="Sum{TLane}" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Dot<TLane>(ReadOnlySpan<float> left, ReadOnlySpan<float> right, ref VirtualLanes lanes, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var x = ref MemoryMarshal.GetReference(left);
        ref var y = ref MemoryMarshal.GetReference(right);
        for (; i + TLane.Width <= left.Length; i += TLane.Width)
        {
            ref var lane = ref lanes[i % VirtualLanes.Count];
            var (a, b) = (TLane.Load(ref Unsafe.Add(ref x, i)), TLane.Load(ref Unsafe.Add(ref y, i)));
            TLane.Store(TLane.FusedMultiplyAdd(a, b, TLane.Load(ref lane)), ref lane);
        }
        return i;
    }
}
