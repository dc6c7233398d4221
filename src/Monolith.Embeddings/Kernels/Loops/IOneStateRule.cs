using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// The arithmetic of one optimizer step on one lane, with one float of state a weight; its fields are the step's constants.
/// </summary>
internal interface IOneStateRule
{
    void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane>;
}
