using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>Runs rules that look at whole rows, with the widest lanes that the machine has.</summary>
internal static class RowLoop
{
    public static void Run<TRule>(in TRule rule, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TRule : struct, IRowRule
    {
        if (weights.Length != gradient.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {weights.Length} and {gradient.Length}.");
        if (Vector512.IsHardwareAccelerated) rule.Step<Lane512>(weights, state, gradient);
        else if (Vector256.IsHardwareAccelerated) rule.Step<Lane256>(weights, state, gradient);
        else if (Vector128.IsHardwareAccelerated) rule.Step<Lane128>(weights, state, gradient);
        else rule.Step<ScalarLane>(weights, state, gradient);
    }

    /// <summary>Runs a rule over many rows, in order.</summary>
    public static void RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IRowRule
    {
        if (Vector512.IsHardwareAccelerated) RunRows<TRule, Lane512>(in rule, in rows);
        else if (Vector256.IsHardwareAccelerated) RunRows<TRule, Lane256>(in rule, in rows);
        else if (Vector128.IsHardwareAccelerated) RunRows<TRule, Lane128>(in rule, in rows);
        else RunRows<TRule, ScalarLane>(in rule, in rows);
    }

    /// <summary>Runs the part of a rule that takes each weight alone: at any width, or as the scalar twin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TRule, TLane>(in TRule rule, Span<float> weights, ReadOnlySpan<float> gradient)
        where TRule : struct, IUpdateRule
        where TLane : unmanaged, ILane<TLane>
    {
        if (TLane.Width == 1) UpdateLoop.Run<TRule, ScalarLane>(in rule, weights, gradient, 0);
        else UpdateLoop.Run(in rule, weights, gradient);
    }

    /// <inheritdoc cref="Each{TRule, TLane}(in TRule, Span{float}, ReadOnlySpan{float})" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Each<TRule, TLane>(in TRule rule, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TRule : struct, IOneStateRule
        where TLane : unmanaged, ILane<TLane>
    {
        if (TLane.Width == 1) UpdateLoop.Run<TRule, ScalarLane>(in rule, weights, state, gradient, 0);
        else UpdateLoop.Run(in rule, weights, state, gradient);
    }

    private static void RunRows<TRule, TLane>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IRowRule
        where TLane : unmanaged, ILane<TLane>
    {
        for (var row = 0; row < rows.Count; row++) rule.Step<TLane>(rows.Weights(row), rows.State(row), rows.Gradient(row));
    }
}
