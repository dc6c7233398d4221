using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>Rules without state.</summary>
internal readonly struct StatelessForm<TRule> : IRuleForm<TRule>
    where TRule : struct, IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool RunWhole<TLane, TKeeping>(in TRule rule, in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping => UpdateLoop.RunWhole<TRule, TLane, TKeeping>(rule, in rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRow(in TRule rule, in SegmentRows rows, int row) =>
        UpdateLoop.Run(in rule, rows.Weights(row), rows.Gradient(row));
}
