using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// The arithmetic of one optimizer step on one lane, with two floats of state a weight; its fields are the step's constants.
/// </summary>
internal interface ITwoStateRule
{
    void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>;
}
