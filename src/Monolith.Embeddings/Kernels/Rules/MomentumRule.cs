using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>g' = g + wd w; n = mu n - lr g'; w += n (Polyak 1964).</summary>
internal readonly struct MomentumRule(float learningRate, float weightDecay, float momentum) : IOneStateRule
{
    // Made once: the compiler would negate for every lane.
    private readonly float _negatedRate = -learningRate;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        state = TLane.FusedMultiplyAdd(TLane.Broadcast(momentum), state, TLane.Broadcast(_negatedRate) * gradient);
        weight += state;
    }
}
