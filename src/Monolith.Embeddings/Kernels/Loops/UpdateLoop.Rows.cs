using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Rules over rows in place. What kind of lanes a row has is asked once a block: of whole ones, which nearly all dimensions are, the loop needs no other. Rows one behind the
/// other are one long span to a rule that does not see where a row ends.
/// </summary>
internal static unsafe partial class UpdateLoop
{
    /// <returns>Whether all numbers are finite; true where rows are not kept. So it is with all that follow.</returns>
    public static bool RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule => rows.AreKept
            ? RunAny<TRule, KeptRows>(in rule, in rows)
            : RunAny<TRule, UnkeptRows>(in rule, rows.AreContiguous ? rows.AsOne() : rows);

    public static bool RunRowsOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule => rows.AreKept
            ? RunAnyOneState<TRule, KeptRows>(in rule, in rows)
            : RunAnyOneState<TRule, UnkeptRows>(in rule, rows.AreContiguous ? rows.AsOne() : rows);

    public static bool RunRowsTwoState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule, IWholeLaneRule => rows.AreKept
            ? RunAnyTwoState<TRule, KeptRows>(in rule, in rows)
            : RunAnyTwoState<TRule, UnkeptRows>(in rule, in rows);

    private static bool RunAnyTwoState<TRule, TKeeping>(in TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule, IWholeLaneRule
        where TKeeping : struct, IKeeping
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) return rule.RunWhole<Lane512, TKeeping>(in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) return rule.RunWhole<Lane256, TKeeping>(in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            if (TKeeping.Keeps) rows.Keep(row);
            Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.Gradient(row));
            if (TKeeping.Keeps) isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }

    private static bool RunAny<TRule, TKeeping>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule
        where TKeeping : struct, IKeeping
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0)
            return RunWhole<TRule, Lane512, TKeeping>(rule, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0)
            return RunWhole<TRule, Lane256, TKeeping>(rule, in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            if (TKeeping.Keeps) rows.Keep(row);
            Run(in rule, rows.Weights(row), rows.Gradient(row));
            if (TKeeping.Keeps) isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }

    private static bool RunAnyOneState<TRule, TKeeping>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
        where TKeeping : struct, IKeeping
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0)
            return RunWholeOneState<TRule, Lane512, TKeeping>(rule, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0)
            return RunWholeOneState<TRule, Lane256, TKeeping>(rule, in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            if (TKeeping.Keeps) rows.Keep(row);
            Run(in rule, rows.Weights(row), rows.State(row, 0), rows.Gradient(row));
            if (TKeeping.Keeps) isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }
}
