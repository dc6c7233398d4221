using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// g' = g + wd w; n1 = mu n - lr g'; w += (1 + mu) n1 - mu n: Nesterov's momentum, with w at the point that the next gradient is taken at
/// (Sutskever et al. 2013).
/// </summary>
internal readonly struct NesterovRule(float learningRate, float weightDecay, float momentum) : IOneStateRule
{
    // Made once: the compiler would make them for every lane.
    private readonly float _negatedRate = -learningRate, _ahead = 1 + momentum, _negatedMomentum = -momentum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var before = state;
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        state = TLane.FusedMultiplyAdd(TLane.Broadcast(momentum), state, TLane.Broadcast(_negatedRate) * gradient);
        weight += TLane.FusedMultiplyAdd(TLane.Broadcast(_ahead), state, TLane.Broadcast(_negatedMomentum) * before);
    }
}
