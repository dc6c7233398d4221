using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>w = mu w + (1 - mu) g, where g is one new value.</summary>
internal readonly struct MovingAverageRule(float decay) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane> => weight = TLane.FusedMultiplyAdd(TLane.Broadcast(1 - decay), gradient - weight, weight);
}
