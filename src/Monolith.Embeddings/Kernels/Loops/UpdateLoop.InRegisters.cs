using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>Rules over rows that stay in registers until they were looked at, so that nothing need be kept.</summary>
internal static unsafe partial class UpdateLoop
{
    /// <summary>Whether a row of weights, and one float of state for each, fits into the registers.</summary>
    public static bool FitsInRegisters(int dimension) => dimension switch
    {
        8 or 16 => Vector256.IsHardwareAccelerated,
        32 or 64 => Vector512.IsHardwareAccelerated,
        _ => false,
    };

    /// <summary>One step of each row, in order, as long as the numbers are finite.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="rows">Rows of a dimension that <see cref="FitsInRegisters"/>.</param>
    /// <returns>How many rows took their step. The next one and all behind it stay as they were.</returns>
    public static int RunInRegistersOneState<TRule>(in TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule => rows.Dimension switch
        {
            8 => RunInRegistersOneState<TRule, Lane256>(rule, in rows),
            16 when !Vector512.IsHardwareAccelerated => RunInRegistersOneState<TRule, LanePair<Lane256>>(rule, in rows),
            16 => RunInRegistersOneState<TRule, Lane512>(rule, in rows),
            32 => RunInRegistersOneState<TRule, LanePair<Lane512>>(rule, in rows),
            _ => RunInRegistersOneState<TRule, LanePair<LanePair<Lane512>>>(rule, in rows),
        };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunInRegistersOneState<TRule, TLane>(TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
        where TLane : unmanaged, ILane<TLane>
    {
        var zero = TLane.Broadcast(0);
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            TLane weight = TLane.Load(ref *place.Weights), memory = TLane.Load(ref *place.State);
            rule.Step(ref weight, ref memory, TLane.Load(ref *place.Gradient));
            if (!TLane.IsZero(TLane.FusedMultiplyAdd(weight, zero, memory * zero))) return (int)row;
            TLane.Store(memory, ref *place.State);
            TLane.Store(weight, ref *place.Weights);
        }
        return rows.Count;
    }
}
