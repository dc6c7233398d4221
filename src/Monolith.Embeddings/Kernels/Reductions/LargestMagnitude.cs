using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>Seeks the largest magnitude.</summary>
internal readonly struct LargestMagnitude : IRowFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Take<TLane>(TLane running, TLane term)
        where TLane : unmanaged, ILane<TLane> => Join(running, TLane.Abs(term));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Join<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane> => TLane.Larger(right, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total<TLane>(TLane running)
        where TLane : unmanaged, ILane<TLane> => TLane.FoldMax(running);
}
