using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>g' = g + wd w; n = rho n + c g'^2; w -= lr g' / (sqrt n + eps) (Tieleman and Hinton 2012, with c = 1 - rho).</summary>
internal readonly struct RmsPropRule(float learningRate, float weightDecay, float decay, float share, float epsilon) : IOneStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        state = TLane.FusedMultiplyAdd(TLane.Broadcast(share) * gradient, gradient, TLane.Broadcast(decay) * state);
        weight -= TLane.Broadcast(learningRate) * gradient / (TLane.Sqrt(state) + TLane.Broadcast(epsilon));
    }
}
