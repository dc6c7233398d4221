using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>How a reduction takes terms into its running values, and joins those at the end. Begins at zeros.</summary>
internal interface IRowFold
{
    static abstract TLane Take<TLane>(TLane running, TLane term)
        where TLane : unmanaged, ILane<TLane>;

    static abstract TLane Join<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane>;

    static abstract float Total<TLane>(TLane running)
        where TLane : unmanaged, ILane<TLane>;
}
