using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>Rules over rows in place: one rule for all of them, or, where its constants depend on the row, a rule for one.</summary>
internal static partial class UpdateLoop
{
    public static void RunRows<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule
    {
        var constants = rule;
        for (var row = 0; row < rows.Count; row++) RunRow(in constants, in rows, row);
    }

    public static void RunRowsOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
    {
        var constants = rule;
        for (var row = 0; row < rows.Count; row++) Run(in constants, rows.Weights(row), rows.State(row, 0), rows.Gradient(row));
    }

    public static void RunRowsTwoState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule
    {
        var constants = rule;
        for (var row = 0; row < rows.Count; row++) RunRowTwoState(in constants, in rows, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRow<TRule>(in TRule rule, in SegmentRows rows, int row)
        where TRule : struct, IUpdateRule => Run(in rule, rows.Weights(row), rows.Gradient(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRowTwoState<TRule>(in TRule rule, in SegmentRows rows, int row)
        where TRule : struct, ITwoStateRule => Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.Gradient(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRowThreeState<TRule>(in TRule rule, in SegmentRows rows, int row)
        where TRule : struct, IThreeStateRule =>
        Run(in rule, rows.Weights(row), rows.State(row, 0), rows.State(row, 1), rows.State(row, 2), rows.Gradient(row));
}
