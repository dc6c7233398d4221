using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>w = mu w + (1 - mu) g, where g is one new value.</summary>
internal readonly struct MovingAverageRule(float decay) : IUpdateRule
{
    // Made once: the compiler would subtract for every lane.
    private readonly float _share = 1 - decay;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane> => weight = TLane.FusedMultiplyAdd(TLane.Broadcast(_share), gradient - weight, weight);
}
