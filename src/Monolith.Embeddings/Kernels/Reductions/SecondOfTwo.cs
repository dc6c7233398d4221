using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>The second of two spans as it is.</summary>
internal readonly struct SecondOfTwo : IRowTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Of<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane> => right;
}
