namespace Monolith.Embeddings.Kernels;

/// <summary>The arithmetic of one optimizer step on one lane, with three floats of state a weight; its fields are the step's constants.</summary>
internal interface IThreeStateRule
{
    void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, ref TLane third, TLane gradient)
        where TLane : unmanaged, ILane<TLane>;
}
