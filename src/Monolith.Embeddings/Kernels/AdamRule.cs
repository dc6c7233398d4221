using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>Adam: m and v are averaged, and w goes by their quotient (<see cref="AdamLanes{TTerms, TLane}"/>).</summary>
internal unsafe struct AdamRule<TTerms>(AdamStep step) : ITwoStateRule, IAdamRule
    where TTerms : struct, IAdamTerms
{
    public AdamFactors Factors { private readonly get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(step.WeightDecay), weight, gradient);
        first = AdamLanes<TTerms, TLane>.Average(TLane.Broadcast(step.OneMinusBeta1), first, gradient);
        second = AdamLanes<TTerms, TLane>.Average(TLane.Broadcast(step.OneMinusBeta2), second, gradient * gradient);
        weight = AdamLanes<TTerms, TLane>.Stepped(
            weight, gradient, first, second,
            TLane.Broadcast(Factors.Mean), TLane.Broadcast(Factors.Gradient), TLane.Broadcast(Factors.Epsilon), TLane.Broadcast(step.Shrinkage));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void RunWhole<TLane, TSteps>(in TSteps steps, in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TSteps : struct, IAdamSteps
    {
        TLane weightDecay = TLane.Broadcast(step.WeightDecay), shrinkage = TLane.Broadcast(step.Shrinkage);
        TLane share1 = TLane.Broadcast(step.OneMinusBeta1), share2 = TLane.Broadcast(step.OneMinusBeta2);
        var n = rows.Dimension;
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            float* first = place.State, second = first + n;
            var own = steps.CountKnown<TTerms>(ref second[n]);
            TLane meanFactor = TLane.Broadcast(own.Mean), gradientFactor = TLane.Broadcast(own.Gradient), epsilon = TLane.Broadcast(own.Epsilon);
            for (var i = 0; i < n; i += TLane.Width)
            {
                var weight = TLane.Load(ref place.Weights[i]);
                var gradient = TLane.FusedMultiplyAdd(weightDecay, weight, TLane.Load(ref place.Gradient[i]));
                var mean = AdamLanes<TTerms, TLane>.Average(share1, TLane.Load(ref first[i]), gradient);
                TLane.Store(mean, ref first[i]);
                var square = AdamLanes<TTerms, TLane>.Average(share2, TLane.Load(ref second[i]), gradient * gradient);
                TLane.Store(square, ref second[i]);
                TLane.Store(
                    AdamLanes<TTerms, TLane>.Stepped(weight, gradient, mean, square, meanFactor, gradientFactor, epsilon, shrinkage), ref place.Weights[i]);
            }
        }
    }
}
