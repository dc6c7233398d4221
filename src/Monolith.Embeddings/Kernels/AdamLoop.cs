using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>Runs rules with constants of each row over rows.</summary>
internal static class AdamLoop
{
    public static void RunRowsTwoState<TRule, TSteps>(TRule rule, in TSteps steps, in SegmentRows rows)
        where TRule : struct, ITwoStateRule, IAdamRule
        where TSteps : struct, IAdamSteps
    {
        if (RunWhole(in rule, in steps, in rows)) return;
        for (var row = 0; row < rows.Count; row++)
        {
            rule.Factors = steps.Count(ref rows.State(row)[^1]);
            UpdateLoop.Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.Gradient(row));
        }
    }

    public static void RunRowsThreeState<TRule, TSteps>(TRule rule, in TSteps steps, in SegmentRows rows)
        where TRule : struct, IThreeStateRule, IAdamRule
        where TSteps : struct, IAdamSteps
    {
        if (RunWhole(in rule, in steps, in rows)) return;
        for (var row = 0; row < rows.Count; row++)
        {
            rule.Factors = steps.Count(ref rows.State(row)[^1]);
            UpdateLoop.Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.State(row, 2), rows.Gradient(row));
        }
    }

    /// <returns>Whether the rows are of whole lanes and all corrections known; else nothing was done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool RunWhole<TRule, TSteps>(in TRule rule, in TSteps steps, in SegmentRows rows)
        where TRule : struct, IAdamRule
        where TSteps : struct, IAdamSteps
    {
        if (!steps.AreKnown) return false;
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) rule.RunWhole<Lane512, TSteps>(in steps, in rows);
        else if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) rule.RunWhole<Lane256, TSteps>(in steps, in rows);
        else return false;
        return true;
    }
}
