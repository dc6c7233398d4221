using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Runs rules that look at whole rows: with lanes that the row is a multiple of, of 16 or 8 floats, or else with the widest that the
/// machine has and parts of them.
/// </summary>
internal static unsafe class RowLoop
{
    /// <summary>Runs a rule over one row.</summary>
    public static void Run<TRule>(in TRule rule, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TRule : struct, IRowRule
    {
        if (weights.Length != gradient.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {weights.Length} and {gradient.Length}.");
        fixed (float* w = weights, s = state, g = gradient)
        {
            float* row = w, of = g;
            RunRows(in rule, new SegmentRows(&row, &of, 1, 0, weights.Length, (nint)(s - w), state.Length));
        }
    }

    /// <summary>Runs a rule over many rows, in order; where rows are kept, each is kept first.</summary>
    /// <returns>Whether all numbers are finite; true where rows are not kept.</returns>
    public static bool RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IRowRule
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0)
            return Run<TRule, Lane512, WholeLanes>(in rule, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0)
            return Run<TRule, Lane256, WholeLanes>(in rule, in rows);
        if (Vector512.IsHardwareAccelerated) return Run<TRule, Lane512, AnyLength>(in rule, in rows);
        if (Vector256.IsHardwareAccelerated) return Run<TRule, Lane256, AnyLength>(in rule, in rows);
        if (Vector128.IsHardwareAccelerated) return Run<TRule, Lane128, AnyLength>(in rule, in rows);
        return Run<TRule, ScalarLane, AnyLength>(in rule, in rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Run<TRule, TLane, TLength>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IRowRule
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        if (rows.AreKept) RowKeeping.Keep<TLane>(in rows);
        rule.Run<TLane, TLength>(in rows);
        return !rows.AreKept || RowKeeping.AreFinite<TLane>(in rows);
    }

    /// <summary>Runs the part of a rule that takes each of n weights alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TRule, TLane, TLength>(in TRule rule, float* weights, float* gradient, int n)
        where TRule : struct, IUpdateRule
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        var i = 0;
        for (; i + TLane.Width <= n; i += TLane.Width)
        {
            var weight = TLane.Load(ref weights[i]);
            rule.Step(ref weight, TLane.Load(ref gradient[i]));
            TLane.Store(weight, ref weights[i]);
        }
        if (!TLength.IsWhole && i < n) Rest(rule, weights + i, gradient + i, n - i);
    }

    // By value: a rule whose address is taken is read from memory for every lane.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rest<TRule>(TRule rule, float* weights, float* gradient, int n)
        where TRule : struct, IUpdateRule => UpdateLoop.Run(in rule, new Span<float>(weights, n), new ReadOnlySpan<float>(gradient, n));
}
