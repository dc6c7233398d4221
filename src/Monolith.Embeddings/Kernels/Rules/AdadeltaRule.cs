using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// g' = g + wd w; a = rho a + (1 - rho) g'^2; u = sqrt((d + eps) / (a + eps)) g'; w -= lr u; d = rho d + (1 - rho) u^2 (Zeiler 2012).
/// </summary>
internal readonly unsafe struct AdadeltaRule(float learningRate, float weightDecay, float decay, float epsilon)
    : ITwoStateRule, IWholeLaneRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        Step(TLane.Broadcast(learningRate), TLane.Broadcast(decay), TLane.Broadcast(1 - decay), TLane.Broadcast(epsilon), ref weight,
            ref first, ref second, gradient);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool RunWhole<TLane, TKeeping>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping
    {
        TLane rate = TLane.Broadcast(learningRate), decaying = TLane.Broadcast(weightDecay), floor = TLane.Broadcast(epsilon);
        TLane keep = TLane.Broadcast(decay), share = TLane.Broadcast(1 - decay);
        TLane zero = TLane.Broadcast(0), check = zero, stateCheck = zero;
        nint n = rows.Dimension;
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var kept = TKeeping.Keeps ? rows.KeptAt(row) : default;
            float* first = place.State, second = first + n, keptFirst = kept.State, keptSecond = keptFirst + n;
            for (nint i = 0; i < n; i += TLane.Width)
            {
                TLane weight = TLane.Load(ref place.Weights[i]), one = TLane.Load(ref first[i]), two = TLane.Load(ref second[i]);
                if (TKeeping.Keeps)
                {
                    TLane.Store(weight, ref kept.Weights[i]);
                    TLane.Store(one, ref keptFirst[i]);
                    TLane.Store(two, ref keptSecond[i]);
                }
                var gradient = TLane.FusedMultiplyAdd(decaying, weight, TLane.Load(ref place.Gradient[i]));
                Step(rate, keep, share, floor, ref weight, ref one, ref two, gradient);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TLane>(
        TLane rate, TLane keep, TLane share, TLane floor, ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        first = TLane.FusedMultiplyAdd(share * gradient, gradient, keep * first);
        var step = TLane.Sqrt((second + floor) / (first + floor)) * gradient;
        second = TLane.FusedMultiplyAdd(share * step, step, keep * second);
        weight -= rate * step;
    }
}
