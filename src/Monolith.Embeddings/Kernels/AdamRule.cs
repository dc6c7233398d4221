using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// m += (1 - b1)(g' - m); v += (1 - b2)(g'^2 - v); w -= lr mh / (sqrt(vh) + eps) (Kingma and Ba 2015, algorithm 1), with
/// mh = m <paramref name="firstCorrection"/> and vh = v <paramref name="secondCorrection"/>, and g' = g + wd w.
/// </summary>
internal readonly struct AdamRule(
    float learningRate, float weightDecay, float oneMinusBeta1, float oneMinusBeta2, float epsilon, float firstCorrection, float secondCorrection)
    : ITwoStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        first = TLane.FusedMultiplyAdd(TLane.Broadcast(oneMinusBeta1), gradient - first, first);
        second = TLane.FusedMultiplyAdd(TLane.Broadcast(oneMinusBeta2), gradient * gradient - second, second);
        var mean = first * TLane.Broadcast(firstCorrection);
        var deviation = TLane.Sqrt(second * TLane.Broadcast(secondCorrection));
        weight -= TLane.Broadcast(learningRate) * mean / (deviation + TLane.Broadcast(epsilon));
    }
}
