using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>Rules with one float of state for each weight.</summary>
internal readonly struct OneStateForm<TRule> : IRuleForm<TRule>
    where TRule : struct, IOneStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool RunWhole<TLane, TKeeping>(in TRule rule, in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping => UpdateLoop.RunWholeOneState<TRule, TLane, TKeeping>(rule, in rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRow(in TRule rule, in SegmentRows rows, int row) =>
        UpdateLoop.Run(in rule, rows.Weights(row), rows.State(row, 0), rows.Gradient(row));
}
