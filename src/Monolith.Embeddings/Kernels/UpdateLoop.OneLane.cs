using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>Rules over rows of one lane, which is looked at before it is stored, so that nothing need be kept.</summary>
internal static unsafe partial class UpdateLoop
{
    /// <summary>Whether rows are one lane.</summary>
    public static bool IsOneLane(int dimension) =>
        (Vector512.IsHardwareAccelerated && dimension == Lane512.Width) || (Vector256.IsHardwareAccelerated && dimension == Lane256.Width);

    /// <summary>One step of each row, in order. A row whose numbers would not be finite stays as it was.</summary>
    /// <returns>A bit for each row that stayed.</returns>
    public static uint RunLanesOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule => Vector512.IsHardwareAccelerated && rows.Dimension == Lane512.Width
        ? RunLanesOneState<TRule, Lane512>(rule, in rows)
        : RunLanesOneState<TRule, Lane256>(rule, in rows);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint RunLanesOneState<TRule, TLane>(TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
        where TLane : unmanaged, ILane<TLane>
    {
        var zero = TLane.Broadcast(0);
        var refused = 0u;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            TLane weight = TLane.Load(ref *place.Weights), memory = TLane.Load(ref *place.State);
            rule.Step(ref weight, ref memory, TLane.Load(ref *place.Gradient));
            if (!TLane.IsZero(TLane.FusedMultiplyAdd(weight, zero, memory * zero)))
            {
                refused |= 1u << (int)row;
                continue;
            }
            TLane.Store(memory, ref *place.State);
            TLane.Store(weight, ref *place.Weights);
        }
        return refused;
    }
}
