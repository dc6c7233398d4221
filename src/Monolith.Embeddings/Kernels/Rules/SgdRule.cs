using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>w -= lr (g + wd w).</summary>
internal readonly struct SgdRule(float learningRate, float weightDecay) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        weight -= TLane.Broadcast(learningRate) * gradient;
    }
}
