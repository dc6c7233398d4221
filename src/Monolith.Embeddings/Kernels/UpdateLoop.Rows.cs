using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// Rules over rows in place. What kind of lanes a row has is asked once a block: of whole ones, which nearly all dimensions are, the loop needs no other. Rows one behind the
/// other are one long span to a rule that does not see where a row ends.
/// </summary>
internal static unsafe partial class UpdateLoop
{
    /// <returns>Whether all numbers are finite; so it is with all that follow.</returns>
    public static bool RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule => rows.AreContiguous ? RunAny(in rule, rows.AsOne()) : RunAny(in rule, in rows);

    public static bool RunRowsOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule =>
            rows.AreContiguous ? RunAnyOneState(in rule, rows.AsOne()) : RunAnyOneState(in rule, in rows);

    public static bool RunRowsTwoState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule, IWholeLaneRule
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) return rule.RunWhole<Lane512>(in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) return rule.RunWhole<Lane256>(in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Keep(row);
            Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.Gradient(row));
            isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }

    private static bool RunAny<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) return RunWhole<TRule, Lane512>(rule, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) return RunWhole<TRule, Lane256>(rule, in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Keep(row);
            Run(in rule, rows.Weights(row), rows.Gradient(row));
            isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }

    private static bool RunAnyOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) return RunWholeOneState<TRule, Lane512>(rule, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) return RunWholeOneState<TRule, Lane256>(rule, in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Keep(row);
            Run(in rule, rows.Weights(row), rows.State(row, 0), rows.Gradient(row));
            isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }
}
