using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>The arithmetic of one optimizer step on one lane; its fields are the step's constants.</summary>
internal interface IUpdateRule
{
    /// <summary>Updates weights that have no state.</summary>
    void Step<TLane>(ref TLane weight, TLane gradient)
        where TLane : unmanaged, ILane<TLane>;
}
