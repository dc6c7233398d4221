using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>
/// What a reduction over a row takes from each place of two spans, such as the weights and the gradient. Zeros must give zero.
/// </summary>
internal interface IRowTerm
{
    TLane Of<TLane>(TLane left, TLane right)
        where TLane : unmanaged, ILane<TLane>;
}
