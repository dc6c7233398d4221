using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>z += g - s w.</summary>
internal readonly struct GroupFtrlSumRule(float curvature) : IOneStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane> => state += TLane.FusedMultiplyAdd(TLane.Broadcast(-curvature), weight, gradient);
}
