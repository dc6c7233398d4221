using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>Sums squares.</summary>
internal readonly struct SquareSum : IRowFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Take<TLane>(TLane running, TLane term)
        where TLane : unmanaged, ILane<TLane> => TLane.FusedMultiplyAdd(term, term, running);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Join<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane> => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total<TLane>(TLane running)
        where TLane : unmanaged, ILane<TLane> => TLane.FoldSum(running);
}
