using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>g' = g + wd w, of weights and gradient.</summary>
internal readonly struct DecayedGradient(float weightDecay) : IRowTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Of<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane> => TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), left, right);
}
