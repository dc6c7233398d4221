using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// Rules over rows in place. What kind of lanes a row has is asked once a block: of whole ones, which nearly all dimensions are, the loop needs no other. Rows one behind the
/// other are one long span to a rule that does not see where a row ends.
/// </summary>
internal static unsafe partial class UpdateLoop
{
    public static void RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule
    {
        if (rows.AreContiguous) RunAll(rule, rows.AllWeights, rows.AllGradients);
        else if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) RunWhole<TRule, Lane512>(rule, in rows);
        else if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) RunWhole<TRule, Lane256>(rule, in rows);
        else for (var row = 0; row < rows.Count; row++) Run(in rule, rows.Weights(row), rows.Gradient(row));
    }

    public static void RunRowsOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
    {
        if (rows.AreContiguous) RunAll(rule, rows.AllWeights, rows.AllState, rows.AllGradients);
        else if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) RunWholeOneState<TRule, Lane512>(rule, in rows);
        else if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) RunWholeOneState<TRule, Lane256>(rule, in rows);
        else for (var row = 0; row < rows.Count; row++) Run(in rule, rows.Weights(row), rows.State(row, 0), rows.Gradient(row));
    }

    public static void RunRowsTwoState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule, IWholeLaneRule
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) rule.RunWhole<Lane512>(in rows);
        else if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) rule.RunWhole<Lane256>(in rows);
        else for (var row = 0; row < rows.Count; row++) Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.Gradient(row));
    }

    private static void RunAll<TRule>(TRule rule, Span<float> weights, ReadOnlySpan<float> gradients)
        where TRule : struct, IUpdateRule => Run(in rule, weights, gradients);

    private static void RunAll<TRule>(TRule rule, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradients)
        where TRule : struct, IOneStateRule => Run(in rule, weights, state, gradients);
}
