using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Runs a rule over spans of any length: the widest lanes that the machine has first, then narrower ones for what remains. All spans
/// have the length of <c>weights</c>; that is checked once, here, and nowhere inside.
/// </summary>
internal static partial class UpdateLoop
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TRule>(in TRule rule, Span<float> weights, ReadOnlySpan<float> gradient)
        where TRule : struct, IUpdateRule
    {
        RequireEqual(weights.Length, gradient.Length);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Run<TRule, Lane512>(in rule, weights, gradient, i);
        if (i == weights.Length) return;
        if (Vector256.IsHardwareAccelerated) i = Run<TRule, Lane256>(in rule, weights, gradient, i);
        if (Vector128.IsHardwareAccelerated) i = Run<TRule, Lane128>(in rule, weights, gradient, i);
        Run<TRule, ScalarLane>(in rule, weights, gradient, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TRule>(in TRule rule, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TRule : struct, IOneStateRule
    {
        RequireEqual(weights.Length, gradient.Length);
        RequireEqual(weights.Length, state.Length);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Run<TRule, Lane512>(in rule, weights, state, gradient, i);
        if (i == weights.Length) return;
        if (Vector256.IsHardwareAccelerated) i = Run<TRule, Lane256>(in rule, weights, state, gradient, i);
        if (Vector128.IsHardwareAccelerated) i = Run<TRule, Lane128>(in rule, weights, state, gradient, i);
        Run<TRule, ScalarLane>(in rule, weights, state, gradient, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TRule>(in TRule rule, Span<float> weights, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient)
        where TRule : struct, ITwoStateRule
    {
        RequireEqual(weights.Length, gradient.Length);
        RequireEqual(weights.Length, first.Length);
        RequireEqual(weights.Length, second.Length);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Run<TRule, Lane512>(in rule, weights, first, second, gradient, i);
        if (i == weights.Length) return;
        if (Vector256.IsHardwareAccelerated) i = Run<TRule, Lane256>(in rule, weights, first, second, gradient, i);
        if (Vector128.IsHardwareAccelerated) i = Run<TRule, Lane128>(in rule, weights, first, second, gradient, i);
        Run<TRule, ScalarLane>(in rule, weights, first, second, gradient, i);
    }

    /// <summary>Updates whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Run<TRule, TLane>(in TRule rule, Span<float> weights, ReadOnlySpan<float> gradient, int i)
        where TRule : struct, IUpdateRule
        where TLane : unmanaged, ILane<TLane>
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; i + TLane.Width <= weights.Length; i += TLane.Width)
        {
            var weight = TLane.Load(ref Unsafe.Add(ref w, i));
            rule.Step(ref weight, TLane.Load(ref Unsafe.Add(ref g, i)));
            TLane.Store(weight, ref Unsafe.Add(ref w, i));
        }
        return i;
    }

    /// <inheritdoc cref="Run{TRule, TLane}(in TRule, Span{float}, ReadOnlySpan{float}, int)" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Run<TRule, TLane>(in TRule rule, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, int i)
        where TRule : struct, IOneStateRule
        where TLane : unmanaged, ILane<TLane>
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var s = ref MemoryMarshal.GetReference(state);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; i + TLane.Width <= weights.Length; i += TLane.Width)
        {
            var weight = TLane.Load(ref Unsafe.Add(ref w, i));
            var memory = TLane.Load(ref Unsafe.Add(ref s, i));
            rule.Step(ref weight, ref memory, TLane.Load(ref Unsafe.Add(ref g, i)));
            TLane.Store(memory, ref Unsafe.Add(ref s, i));
            TLane.Store(weight, ref Unsafe.Add(ref w, i));
        }
        return i;
    }

    /// <inheritdoc cref="Run{TRule, TLane}(in TRule, Span{float}, ReadOnlySpan{float}, int)" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Run<TRule, TLane>(
        in TRule rule, Span<float> weights, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient, int i)
        where TRule : struct, ITwoStateRule
        where TLane : unmanaged, ILane<TLane>
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; i + TLane.Width <= weights.Length; i += TLane.Width)
        {
            var weight = TLane.Load(ref Unsafe.Add(ref w, i));
            var one = TLane.Load(ref Unsafe.Add(ref a, i));
            var two = TLane.Load(ref Unsafe.Add(ref b, i));
            rule.Step(ref weight, ref one, ref two, TLane.Load(ref Unsafe.Add(ref g, i)));
            TLane.Store(one, ref Unsafe.Add(ref a, i));
            TLane.Store(two, ref Unsafe.Add(ref b, i));
            TLane.Store(weight, ref Unsafe.Add(ref w, i));
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RequireEqual(int expected, int actual)
    {
        if (expected != actual) ThrowUnequal(expected, actual);
    }

    private static void ThrowUnequal(int expected, int actual) =>
        throw new ArgumentException($"A kernel needs spans of one length; got {expected} and {actual}.");
}
