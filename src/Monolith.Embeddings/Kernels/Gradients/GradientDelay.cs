using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Gradients;

/// <summary>
/// result = g + lambda g^2 (w - w at read time). A compensation that would overflow stops at the largest float, and one by weights that are
/// not finite is left out, so that finite gradients stay finite.
/// </summary>
internal static class GradientDelay
{
    /// <param name="lambda">At least 0.</param>
    /// <param name="gradient">[n], finite.</param>
    /// <param name="weights">As they are now, [n].</param>
    /// <param name="weightsAtRead">As they were when the gradient was computed, [n].</param>
    /// <param name="result">[n].</param>
    public static void Compensate(
        float lambda, ReadOnlySpan<float> gradient, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsAtRead, Span<float> result)
    {
        RequireEqual(gradient.Length, weights.Length);
        RequireEqual(gradient.Length, weightsAtRead.Length);
        RequireEqual(gradient.Length, result.Length);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Compensate<Lane512>(lambda, gradient, weights, weightsAtRead, result, i);
        if (Vector256.IsHardwareAccelerated) i = Compensate<Lane256>(lambda, gradient, weights, weightsAtRead, result, i);
        if (Vector128.IsHardwareAccelerated) i = Compensate<Lane128>(lambda, gradient, weights, weightsAtRead, result, i);
        Compensate<ScalarLane>(lambda, gradient, weights, weightsAtRead, result, i);
    }

    /// <summary>Does whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compensate<TLane>(
        float lambda, ReadOnlySpan<float> gradient, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsAtRead,
        Span<float> result, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var g = ref MemoryMarshal.GetReference(gradient);
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var r = ref MemoryMarshal.GetReference(weightsAtRead);
        ref var y = ref MemoryMarshal.GetReference(result);
        for (; i + TLane.Width <= gradient.Length; i += TLane.Width)
        {
            var value = Compensated(
                TLane.Broadcast(lambda), TLane.Load(ref Unsafe.Add(ref g, i)), TLane.Load(ref Unsafe.Add(ref w, i)),
                TLane.Load(ref Unsafe.Add(ref r, i)));
            TLane.Store(value, ref Unsafe.Add(ref y, i));
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Compensated<TLane>(TLane lambda, TLane gradient, TLane weight, TLane weightAtRead)
        where TLane : unmanaged, ILane<TLane>
    {
        var (zero, largest) = (TLane.Broadcast(0), TLane.Broadcast(float.MaxValue));
        var moved = weight - weightAtRead;
        moved = TLane.SelectLessOrEqual(TLane.Abs(moved), largest, moved, zero);
        // In this order, because g^2 alone may be infinite where w has not moved.
        var value = TLane.FusedMultiplyAdd(lambda * gradient, gradient * moved, gradient);
        return TLane.SelectLessOrEqual(TLane.Abs(value), largest, value, TLane.CopySign(largest, value));
    }

    private static void RequireEqual(int expected, int actual)
    {
        if (expected != actual) throw new ArgumentException($"A kernel needs spans of one length; got {expected} and {actual}.");
    }
}
