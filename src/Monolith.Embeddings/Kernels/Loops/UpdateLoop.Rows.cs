using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Rules over rows in place. What kind of lanes a row has is asked once a block: of whole ones, which nearly all dimensions are, the loop
/// needs no other. Rows one after the other are one long span to a rule that does not see where a row ends.
/// </summary>
internal static unsafe partial class UpdateLoop
{
    /// <returns>Whether all numbers are finite; true where rows are not kept. So it is with all that follow.</returns>
    public static bool RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule => rows.AreKept
            ? RunAny<TRule, StatelessForm<TRule>, KeptRows>(in rule, in rows)
            : RunAny<TRule, StatelessForm<TRule>, UnkeptRows>(in rule, rows.AreContiguous ? rows.AsOne() : rows);

    public static bool RunRowsOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule => rows.AreKept
            ? RunAny<TRule, OneStateForm<TRule>, KeptRows>(in rule, in rows)
            : RunAny<TRule, OneStateForm<TRule>, UnkeptRows>(in rule, rows.AreContiguous ? rows.AsOne() : rows);

    public static bool RunRowsTwoState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule, IWholeLaneRule => rows.AreKept
            ? RunAny<TRule, TwoStateForm<TRule>, KeptRows>(in rule, in rows)
            : RunAny<TRule, TwoStateForm<TRule>, UnkeptRows>(in rule, in rows);

    private static bool RunAny<TRule, TForm, TKeeping>(in TRule rule, in SegmentRows rows)
        where TRule : struct
        where TForm : struct, IRuleForm<TRule>
        where TKeeping : struct, IKeeping
    {
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0)
            return TForm.RunWhole<Lane512, TKeeping>(in rule, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0)
            return TForm.RunWhole<Lane256, TKeeping>(in rule, in rows);
        if (Vector128.IsHardwareAccelerated && rows.Dimension % Lane128.Width == 0)
            return TForm.RunWhole<Lane128, TKeeping>(in rule, in rows);
        // Such as a bias: a float at a time, but in the same short loop.
        if (rows.Dimension < Lane128.Width) return TForm.RunWhole<ScalarLane, TKeeping>(in rule, in rows);
        var isFinite = true;
        for (var row = 0; row < rows.Count; row++)
        {
            if (TKeeping.Keeps) rows.Keep(row);
            TForm.RunRow(in rule, in rows, row);
            if (TKeeping.Keeps) isFinite &= rows.IsFinite(row, exactLength: 0);
        }
        return isFinite;
    }
}
