using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>Rules with three floats of state a weight.</summary>
internal static partial class UpdateLoop
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TRule>(
        in TRule rule, Span<float> weights, Span<float> first, Span<float> second, Span<float> third, ReadOnlySpan<float> gradient)
        where TRule : struct, IThreeStateRule
    {
        RequireEqual(weights.Length, gradient.Length);
        RequireEqual(weights.Length, first.Length);
        RequireEqual(weights.Length, second.Length);
        RequireEqual(weights.Length, third.Length);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Run<TRule, Lane512>(in rule, weights, first, second, third, gradient, i);
        if (i == weights.Length) return;
        if (Vector256.IsHardwareAccelerated) i = Run<TRule, Lane256>(in rule, weights, first, second, third, gradient, i);
        if (Vector128.IsHardwareAccelerated) i = Run<TRule, Lane128>(in rule, weights, first, second, third, gradient, i);
        Run<TRule, ScalarLane>(in rule, weights, first, second, third, gradient, i);
    }

    /// <inheritdoc cref="Run{TRule, TLane}(in TRule, Span{float}, ReadOnlySpan{float}, int)" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Run<TRule, TLane>(
        in TRule rule, Span<float> weights, Span<float> first, Span<float> second, Span<float> third, ReadOnlySpan<float> gradient, int i)
        where TRule : struct, IThreeStateRule
        where TLane : unmanaged, ILane<TLane>
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        ref var c = ref MemoryMarshal.GetReference(third);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; i + TLane.Width <= weights.Length; i += TLane.Width)
        {
            var weight = TLane.Load(ref Unsafe.Add(ref w, i));
            var one = TLane.Load(ref Unsafe.Add(ref a, i));
            var two = TLane.Load(ref Unsafe.Add(ref b, i));
            var three = TLane.Load(ref Unsafe.Add(ref c, i));
            rule.Step(ref weight, ref one, ref two, ref three, TLane.Load(ref Unsafe.Add(ref g, i)));
            TLane.Store(one, ref Unsafe.Add(ref a, i));
            TLane.Store(two, ref Unsafe.Add(ref b, i));
            TLane.Store(three, ref Unsafe.Add(ref c, i));
            TLane.Store(weight, ref Unsafe.Add(ref w, i));
        }
        return i;
    }
}
