using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>g' = g + wd w; a = rho a + (1 - rho) g'^2; u = sqrt((d + eps) / (a + eps)) g'; w -= lr u; d = rho d + (1 - rho) u^2 (Zeiler 2012).</summary>
internal readonly struct AdadeltaRule(float learningRate, float weightDecay, float decay, float epsilon) : ITwoStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var (keep, share, floor) = (TLane.Broadcast(decay), TLane.Broadcast(1 - decay), TLane.Broadcast(epsilon));
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        first = TLane.FusedMultiplyAdd(share * gradient, gradient, keep * first);
        var step = TLane.Sqrt((second + floor) / (first + floor)) * gradient;
        second = TLane.FusedMultiplyAdd(share * step, step, keep * second);
        weight -= TLane.Broadcast(learningRate) * step;
    }
}
