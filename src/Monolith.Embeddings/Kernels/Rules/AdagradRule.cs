using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>g' = g + wd w; n += g'^2; w -= lr g' / sqrt(n + eps) (Duchi, Hazan and Singer 2011).</summary>
internal readonly struct AdagradRule(float learningRate, float weightDecay, float epsilon) : IOneStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        state = TLane.FusedMultiplyAdd(gradient, gradient, state);
        weight -= TLane.Broadcast(learningRate) * gradient / TLane.Sqrt(state + TLane.Broadcast(epsilon));
    }
}
