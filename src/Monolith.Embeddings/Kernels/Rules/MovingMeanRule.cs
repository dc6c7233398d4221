using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>w = mu w + (1 - mu) g / count, where g is the sum of count new values.</summary>
internal readonly struct MovingMeanRule(float decay, float count) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var value = gradient / TLane.Broadcast(count);
        weight = TLane.FusedMultiplyAdd(TLane.Broadcast(1 - decay), value - weight, weight);
    }
}
