using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>AMSGrad (Reddi, Kale and Kumar 2018): as <see cref="AdamRule{TTerms}"/>, but by the largest v that there was.</summary>
internal unsafe struct AmsGradRule<TTerms>(AdamStep step) : IThreeStateRule, IAdamRule
    where TTerms : struct, IAdamTerms
{
    public AdamFactors Factors { private readonly get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, ref TLane third, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(step.WeightDecay), weight, gradient);
        first = AdamLanes<TTerms, TLane>.Average(TLane.Broadcast(step.OneMinusBeta1), first, gradient);
        second = AdamLanes<TTerms, TLane>.Average(TLane.Broadcast(step.OneMinusBeta2), second, gradient * gradient);
        third = TLane.SelectLessOrEqual(third, second, second, third);
        weight = AdamLanes<TTerms, TLane>.Stepped(
            weight, gradient, first, third,
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
            float* first = place.State, second = first + n, third = second + n;
            var own = steps.CountKnown<TTerms>(ref third[n]);
            TLane meanFactor = TLane.Broadcast(own.Mean), gradientFactor = TLane.Broadcast(own.Gradient), epsilon = TLane.Broadcast(own.Epsilon);
            for (var i = 0; i < n; i += TLane.Width)
            {
                var weight = TLane.Load(ref place.Weights[i]);
                var gradient = TLane.FusedMultiplyAdd(weightDecay, weight, TLane.Load(ref place.Gradient[i]));
                var mean = AdamLanes<TTerms, TLane>.Average(share1, TLane.Load(ref first[i]), gradient);
                TLane.Store(mean, ref first[i]);
                var square = AdamLanes<TTerms, TLane>.Average(share2, TLane.Load(ref second[i]), gradient * gradient);
                TLane.Store(square, ref second[i]);
                var largest = TLane.Load(ref third[i]);
                largest = TLane.SelectLessOrEqual(largest, square, square, largest);
                TLane.Store(largest, ref third[i]);
                TLane.Store(
                    AdamLanes<TTerms, TLane>.Stepped(weight, gradient, mean, largest, meanFactor, gradientFactor, epsilon, shrinkage), ref place.Weights[i]);
            }
        }
    }
}
