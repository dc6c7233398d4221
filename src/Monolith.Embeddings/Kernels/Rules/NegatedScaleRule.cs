using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>w = -factor z, where z stands in the gradient's place; zeros of z give +0.</summary>
internal readonly struct NegatedScaleRule(float factor) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane> => weight = (TLane.Broadcast(0) - gradient) * TLane.Broadcast(factor);
}
