using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// u = w - eta (g + wd w), of weights and gradient; and, as a rule, w = factor u: a step of one size for the whole row, and then a
/// shrinking of all of it. A factor of 1 leaves every bit.
/// </summary>
internal readonly struct SteppedWeight(float stepSize, float weightDecay, float factor = 1) : IRowTerm, IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Of<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane>
    {
        var gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), left, right);
        return TLane.FusedMultiplyAdd(TLane.Broadcast(-stepSize), gradient, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane> => weight = TLane.Broadcast(factor) * Of(weight, gradient);
}
