using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>The second of two spans as it is.</summary>
internal readonly struct SecondOfTwo : IRowTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Of<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane> => right;
}
