using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Rules over rows that are whole lanes. The rules come by value: one whose address is taken would be read from memory for every lane.
/// Lengths are of an address's type: to widen them for each row takes as long as to use them.
/// </summary>
/// <remarks>
/// A row is kept while it is in registers, and what is stored is multiplied by 0, which is 0 for every finite number and else no number:
/// one instruction a lane.
/// </remarks>
internal static unsafe partial class UpdateLoop
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool RunWhole<TRule, TLane, TKeeping>(TRule rule, in SegmentRows rows)
        where TRule : struct, IUpdateRule
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping
    {
        nint n = rows.Dimension;
        TLane zero = TLane.Broadcast(0), check = zero;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var kept = TKeeping.Keeps ? rows.KeptAt(row) : default;
            for (nint i = 0; i < n; i += TLane.Width)
            {
                var weight = TLane.Load(ref place.Weights[i]);
                if (TKeeping.Keeps) TLane.Store(weight, ref kept.Weights[i]);
                rule.Step(ref weight, TLane.Load(ref place.Gradient[i]));
                TLane.Store(weight, ref place.Weights[i]);
                if (!TKeeping.Keeps) continue;
                check = TLane.FusedMultiplyAdd(weight, zero, check);
            }
        }
        return TLane.IsZero(check);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool RunWholeOneState<TRule, TLane, TKeeping>(TRule rule, in SegmentRows rows)
        where TRule : struct, IOneStateRule
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping
    {
        nint n = rows.Dimension;
        TLane zero = TLane.Broadcast(0), check = zero, stateCheck = zero;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var kept = TKeeping.Keeps ? rows.KeptAt(row) : default;
            for (nint i = 0; i < n; i += TLane.Width)
            {
                var weight = TLane.Load(ref place.Weights[i]);
                var memory = TLane.Load(ref place.State[i]);
                if (TKeeping.Keeps)
                {
                    TLane.Store(weight, ref kept.Weights[i]);
                    TLane.Store(memory, ref kept.State[i]);
                }
                rule.Step(ref weight, ref memory, TLane.Load(ref place.Gradient[i]));
                TLane.Store(memory, ref place.State[i]);
                TLane.Store(weight, ref place.Weights[i]);
                if (!TKeeping.Keeps) continue;
                check = TLane.FusedMultiplyAdd(weight, zero, check);
                stateCheck = TLane.FusedMultiplyAdd(memory, zero, stateCheck);
            }
        }
        return TLane.IsZero(check + stateCheck);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool RunWholeTwoState<TRule, TLane, TKeeping>(TRule rule, in SegmentRows rows)
        where TRule : struct, ITwoStateRule
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping
    {
        nint n = rows.Dimension;
        TLane zero = TLane.Broadcast(0), check = zero, stateCheck = zero;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var kept = TKeeping.Keeps ? rows.KeptAt(row) : default;
            float* first = place.State, second = first + n, keptFirst = kept.State, keptSecond = keptFirst + n;
            for (nint i = 0; i < n; i += TLane.Width)
            {
                var weight = TLane.Load(ref place.Weights[i]);
                var one = TLane.Load(ref first[i]);
                var two = TLane.Load(ref second[i]);
                if (TKeeping.Keeps)
                {
                    TLane.Store(weight, ref kept.Weights[i]);
                    TLane.Store(one, ref keptFirst[i]);
                    TLane.Store(two, ref keptSecond[i]);
                }
                rule.Step(ref weight, ref one, ref two, TLane.Load(ref place.Gradient[i]));
                TLane.Store(one, ref first[i]);
                TLane.Store(two, ref second[i]);
                TLane.Store(weight, ref place.Weights[i]);
                if (!TKeeping.Keeps) continue;
                check = TLane.FusedMultiplyAdd(weight, zero, check);
                stateCheck = TLane.FusedMultiplyAdd(one, zero, TLane.FusedMultiplyAdd(two, zero, stateCheck));
            }
        }
        return TLane.IsZero(check + stateCheck);
    }
}
